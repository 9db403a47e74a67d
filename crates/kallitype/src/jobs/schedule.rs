//! What is looked at again and again, as long as the process lives.

use std::time::Duration;

use tokio::task::JoinSet;
use uuid::Uuid;

use crate::app::state::App;
use crate::jobs::registry::JOBS;
use crate::queue::kind::JobKind;
use crate::queue::table;

/// Begins to have everything done that comes round. Dropping the set ends it.
#[must_use]
pub(crate) fn start(app: &App) -> JoinSet<()> {
    let settings = &app.settings;
    let mut rounds = JoinSet::new();
    for job in JOBS {
        if let Some(seconds) = (job.interval_seconds)(settings) {
            let interval = Duration::from_secs(seconds.max(1));
            rounds.spawn(repeat(app.clone(), job.kind, interval));
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

async fn repeat(app: App, kind: JobKind, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    loop {
        ticks.tick().await;
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
