//! What is looked at again and again, as long as the process lives.

use std::time::Duration;

use tokio::task::JoinSet;
use uuid::Uuid;

use crate::app::state::App;
use crate::config::SystemConfigDto;
use crate::config::system::schedule::next_after_now;
use crate::jobs::backlog;
use crate::jobs::backlog::Extent;
use crate::jobs::registry::{Entry, JOBS};
use crate::queue::kind::JobKind;
use crate::queue::table;
use kallitype_db::{Connection, Result};
use kallitype_web::time::now;

/// What comes round at a time of day, on this machine's clock. Servers that share a database start it once.
struct Timed {
    name: &'static str,
    /// When, as cron writes it; `None` while it does not come round.
    expression: fn(&SystemConfigDto) -> Option<String>,
    start: fn(&SystemConfigDto, &mut Connection<'_>) -> Result<()>,
}

const TIMED: &[Timed] = &[
    Timed {
        name: "nightly tasks",
        expression: |config| Some(config.nightly_tasks.cron_expression()),
        start: start_nightly_tasks,
    },
    Timed {
        name: "library scan",
        expression: |config| {
            let scan = &config.library.scan;
            scan.enabled.then(|| scan.cron_expression.clone())
        },
        start: |_, connection| backlog::enqueue_many(connection, JobKind::ScanLibrary, Extent::All),
    },
];

fn start_nightly_tasks(config: &SystemConfigDto, connection: &mut Connection<'_>) -> Result<()> {
    let tasks = &config.nightly_tasks;
    if tasks.missing_thumbnails {
        for kind in [
            JobKind::GenerateThumbnails,
            JobKind::GeneratePersonThumbnail,
        ] {
            backlog::enqueue_many(connection, kind, Extent::Missing)?;
        }
    }
    if tasks.generate_memories {
        table::schedule(connection, JobKind::CreateMemories, Uuid::nil())?;
    }
    Ok(())
}

/// Begins to have everything done that comes round. Dropping the set ends it.
#[must_use]
pub(crate) fn start(app: &App) -> JoinSet<()> {
    let settings = &app.settings;
    let mut rounds = JoinSet::new();
    for timed in TIMED {
        rounds.spawn(come_round(app.clone(), timed));
    }
    for job in JOBS {
        if let Some(seconds) = (job.interval_seconds)(settings) {
            let interval = Duration::from_secs(seconds.max(1));
            rounds.spawn(repeat(app.clone(), job, interval));
        }
    }
    if app.db.is_embedded() {
        rounds.spawn(optimize(app.clone()));
    }
    rounds
}

/// Has the embedded database look at its tables from time to time. No job: it is the affair of the one process that has
/// it, and PostgreSQL does so by itself.
async fn optimize(app: App) {
    let seconds = app.settings.database.optimize_interval_seconds;
    loop {
        // When it was closed it did, too.
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        if let Err(error) = app.db.optimize().await {
            tracing::warn!(%error, "the database could not look at its tables; it will be tried again");
        }
    }
}

async fn repeat(app: App, job: &'static Entry, interval: Duration) {
    let (kind, mut ticks) = (job.kind, tokio::time::interval(interval));
    loop {
        ticks.tick().await;
        if !(job.is_wanted)(&app.config()) {
            continue;
        }
        let scheduled = app
            .db
            .write(move |connection| table::schedule(connection, kind, Uuid::nil()))
            .await;
        match scheduled {
            Ok(()) => app.job_signal.notify(),
            Err(error) => {
                tracing::error!(kind = kind.name(), %error, "a job could not be scheduled")
            }
        }
    }
}

/// How long the clock is not looked at, which may be set meanwhile.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

async fn come_round(app: App, timed: &'static Timed) {
    let mut changes = app.live_config.subscribe();
    loop {
        let config = changes.borrow_and_update().clone();
        let due = (timed.expression)(&config).and_then(|expression| next_after_now(&expression));
        tokio::select! {
            () = wait_until(due) => start_timed(&app, timed, due).await,
            changed = changes.changed() => if changed.is_err() {
                return;
            },
        }
    }
}

/// Waits until a moment, or for ever.
async fn wait_until(due: Option<i64>) {
    let Some(due) = due else {
        return std::future::pending().await;
    };
    loop {
        let left = Duration::from_micros((due - now()).max(0).unsigned_abs());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(LOOK_AGAIN)).await;
    }
}

/// Starts what comes round, unless another server has for that moment.
async fn start_timed(app: &App, timed: &'static Timed, due: Option<i64>) {
    let (config, due) = (app.config(), due.unwrap_or_default());
    let started = app
        .commit(
            move |connection| match table::take_turn(connection, timed.name, due)? {
                true => (timed.start)(&config, connection),
                false => Ok(()),
            },
        )
        .await;
    if let Err(error) = started {
        tracing::error!(name = timed.name, %error, "what comes round could not be started");
    }
}
