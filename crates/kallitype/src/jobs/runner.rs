use std::time::Duration;

use tokio::task::JoinSet;
use uuid::Uuid;

use crate::app::state::App;
use crate::jobs::error::JobError;
use crate::jobs::progress::Progress;
use crate::jobs::registry::perform;
use crate::queue::kind::Lane;
use crate::queue::table as queries;
use crate::queue::table::Claimed;
use kallitype_web::time::now;

/// How long a job is a worker's own, and how often a worker at work says that it still is.
const LEASE: Duration = Duration::from_secs(15);
const RENEWAL: Duration = Duration::from_secs(5);

/// How long workers sleep at most: another node may have made jobs without ringing here.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// Jobs in hand for each picture that may be worked on at once: while one waits for the disk to keep what was made,
/// another one's picture is decoded.
const JOBS_A_WORKER: usize = 2;

/// The pause before the first repetition; each further one is four times as long.
const FIRST_PAUSE: Duration = Duration::from_secs(10);

/// The workers of this process.
pub(crate) struct Workers {
    tasks: JoinSet<()>,
}

/// Starts the workers. How many pictures are decoded at once is the pool's affair.
///
/// # Errors
/// When the queue cannot be written.
pub(crate) async fn start(app: &App) -> kallitype_db::Result<Workers> {
    if app.db.is_embedded() {
        // No one else can be at work: what is leased was interrupted.
        app.db.write(queries::release_all).await?;
    }
    let mut tasks = JoinSet::new();
    for _ in 0..app.settings.media_worker_count() * JOBS_A_WORKER {
        tasks.spawn(work(app.clone(), Lane::Pictures));
    }
    for _ in 0..app.settings.video.video_workers.max(1) {
        tasks.spawn(work(app.clone(), Lane::Videos));
    }
    tasks.spawn(work(app.clone(), Lane::Mail));
    Ok(Workers { tasks })
}

impl Workers {
    /// Stops at once: what was begun is begun again after its lease, or at the next start.
    pub(crate) async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

async fn work(app: App, lane: Lane) {
    loop {
        match claim(&app, lane).await {
            Ok(Some(job)) => {
                // There may be more: let the next one look.
                app.job_signal.notify();
                run(&app, job).await;
            }
            Ok(None) => sleep(&app, lane).await,
            Err(error) => {
                tracing::error!(%error, "the queue cannot be read");
                tokio::time::sleep(LONGEST_SLEEP).await;
            }
        }
    }
}

async fn claim(app: &App, lane: Lane) -> kallitype_db::Result<Option<Claimed>> {
    let due = app
        .db
        .read(move |connection| queries::next_due(connection, lane))
        .await?;
    if due.is_none_or(|due| due > now()) {
        return Ok(None);
    }
    app.db
        .write(move |connection| {
            let now = now();
            queries::claim(connection, lane, now, now + micros(LEASE))
        })
        .await
}

async fn sleep(app: &App, lane: Lane) {
    let due = app
        .db
        .read(move |connection| queries::next_due(connection, lane))
        .await;
    let due = due.ok().flatten();
    let wait = due.map_or(LONGEST_SLEEP, |due| {
        Duration::from_micros((due - now()).max(0).unsigned_abs())
    });
    let wait = wait.clamp(Duration::from_millis(20), LONGEST_SLEEP);
    // Woken early or not, the queue is looked at again.
    drop(tokio::time::timeout(wait, app.job_signal.notified(lane)).await);
}

async fn run(app: &App, job: Claimed) {
    let progress = Progress::unknown();
    let done = tokio::select! {
        done = perform(app, &progress, &job) => done,
        never = keep(app, &progress, job.id) => never,
    };
    let kind = job.kind.name();
    let recorded = match done {
        Ok(()) => {
            app.db
                .write(move |connection| queries::complete(connection, &job))
                .await
        }
        Err(error) => {
            let again = pause(app, &job, &error).map(|pause| now() + micros(pause));
            tracing::warn!(kind, subject = %job.subject, %error, again = again.is_some(), "a job failed");
            app.db
                .write(move |connection| queries::fail(connection, &job, &error.to_string(), again))
                .await
        }
    };
    if let Err(error) = recorded {
        tracing::error!(kind, %error, "a job's outcome could not be recorded; it will be done again");
    }
}

/// Renews a job's lease for as long as it is worked on, and notes how far it has come.
async fn keep<T>(app: &App, progress: &Progress, job: Uuid) -> T {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let (end, percent) = (now() + micros(LEASE), progress.get());
        if let Err(error) = app
            .db
            .write(move |connection| queries::renew(connection, job, end, percent))
            .await
        {
            tracing::warn!(%error, "a lease could not be renewed; the job may be done twice");
        }
    }
}

/// How long to wait before the job is tried again, if it is.
fn pause(app: &App, job: &Claimed, error: &JobError) -> Option<Duration> {
    let attempts = u32::try_from(job.attempts).unwrap_or(u32::MAX);
    match error {
        JobError::Permanent(_) => None,
        JobError::Temporary(_) if attempts >= app.settings.job_attempts => None,
        JobError::Temporary(_) => {
            Some(FIRST_PAUSE * 4_u32.saturating_pow(attempts.saturating_sub(1)).min(1000))
        }
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
