use std::time::{Duration, Instant};

use metrics::histogram;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::app::state::App;
use crate::jobs::concurrency;
use crate::jobs::concurrency::InHand;
use crate::jobs::error::JobError;
use crate::jobs::progress::Progress;
use crate::jobs::registry::perform;
use crate::queue::JOBS_CHANNEL;
use crate::queue::kind::Lane;
use crate::queue::table;
use crate::queue::table::{Claim, Claimed};
use kallitype_db::Connection;

/// How often a worker at work says so before its lease ends.
const RENEWALS: u32 = 3;

/// How long workers sleep at most. They are woken when a job is enqueued, by this process or another; this is for what
/// the connection to PostgreSQL did not bring while it was lost.
const MAX_SLEEP: Duration = Duration::from_secs(15);

/// How long workers leave a database alone that failed.
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(5);

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
        app.db.write(table::release_all).await?;
    }
    let signal = app.job_signal.clone();
    app.db.listen(JOBS_CHANNEL, move |told| {
        match Lane::ALL.into_iter().find(|lane| told == Some(lane.name())) {
            Some(lane) => signal.notify_lane(lane),
            None => signal.notify(),
        }
    })?;
    let mut tasks = JoinSet::new();
    let in_hand = InHand::default();
    for lane in Lane::ALL {
        for number in 0..concurrency::max_workers(app, lane) {
            tasks.spawn(work(app.clone(), in_hand.clone(), lane, number));
        }
    }
    Ok(Workers { tasks })
}

impl Workers {
    /// Stops at once: what was begun is begun again after its lease, or at the next start.
    pub(crate) async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// One worker of a lane. When it begins, only the first one looks for a job: whoever finds one wakes the next.
async fn work(app: App, in_hand: InHand, lane: Lane, number: usize) {
    if number > 0 {
        concurrency::until_wanted(&app, lane, number).await;
        app.job_signal.notified(lane).await;
    }
    loop {
        concurrency::until_wanted(&app, lane, number).await;
        match in_hand.claim(&app, lane, micros(lease(&app))).await {
            Ok((Claim::Job(job), _hand)) => {
                // There may be more: let the next one look.
                app.job_signal.notify_lane(lane);
                run(&app, job).await;
            }
            Ok((Claim::Nothing(due), _)) => sleep(&app, lane, due).await,
            Err(error) => {
                tracing::error!(%error, "the queue cannot be read");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
}

/// How long a job is a worker's own unless it renews its lease.
fn lease(app: &App) -> Duration {
    Duration::from_secs(app.settings.job_lease_seconds)
}

/// Waits for a job: until someone enqueues one, or the clock makes one ready in `due` microseconds.
async fn sleep(app: &App, lane: Lane, due: Option<i64>) {
    let wait = due.map_or(MAX_SLEEP, |due| {
        Duration::from_micros(due.max(0).unsigned_abs())
    });
    let wait = wait.clamp(Duration::from_millis(20), MAX_SLEEP);
    // Woken early or not, the queue is looked at again.
    drop(tokio::time::timeout(wait, app.job_signal.notified(lane)).await);
}

/// What became of a job, as metrics call it.
const DONE: &str = "done";
const RETRIED: &str = "retried";
const FAILED: &str = "failed";
const LOST: &str = "lost";

async fn run(app: &App, job: Claimed) {
    let (kind, begun) = (job.kind.name(), Instant::now());
    let span = tracing::error_span!("job", kind, subject = %job.subject);
    let outcome = finish(app, job).instrument(span).await;
    histogram!("kallitype_job_duration_seconds", "kind" => kind, "outcome" => outcome)
        .record(begun.elapsed());
}

/// Does a job, and answers what became of it.
async fn finish(app: &App, job: Claimed) -> &'static str {
    let progress = Progress::unknown();
    let done = tokio::select! {
        done = perform(app, &progress, &job) => Some(done),
        () = keep(app, &progress, &job) => None,
    };
    let outcome = match &done {
        Some(Ok(())) => DONE,
        Some(Err(error)) if pause(app, &job, error).is_some() => RETRIED,
        Some(Err(_)) => FAILED,
        None => LOST,
    };
    let recorded = match done {
        Some(done) => record(app, job, done).await,
        None => Ok(false),
    };
    match recorded {
        Ok(true) => outcome,
        Ok(false) => {
            tracing::warn!(
                "a job was deleted, or taken over by another worker, while it was worked on"
            );
            LOST
        }
        Err(error) => {
            tracing::error!(%error, "a job's outcome could not be recorded; it will be done again");
            LOST
        }
    }
}

/// Writes down what became of a job; answers whether it was still this worker's.
async fn record(app: &App, job: Claimed, done: Result<(), JobError>) -> kallitype_db::Result<bool> {
    let Err(error) = done else {
        let complete = move |connection: &mut Connection<'_>| table::complete(connection, &job);
        return app.db.write(complete).await;
    };
    let pause = pause(app, &job, &error).map(micros);
    tracing::warn!(%error, again = pause.is_some(), "a job failed");
    app.db
        .write(move |connection| table::fail(connection, &job, &error.to_string(), pause))
        .await
}

/// Renews a job's lease for as long as it is this worker's, and notes how far it has come.
async fn keep(app: &App, progress: &Progress, job: &Claimed) {
    let lease = lease(app);
    loop {
        tokio::time::sleep(lease / RENEWALS).await;
        let (job, percent) = (job.clone(), progress.get());
        let renewed = app
            .db
            .write(move |connection| table::renew(connection, &job, micros(lease), percent))
            .await;
        match renewed {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "a lease could not be renewed; the job may be done twice");
            }
        }
    }
}

/// How often a file is tried that takes more than a worker may have.
const EXCESSIVE_ATTEMPTS: u32 = 2;

/// How long to wait before the job is tried again, if it is.
fn pause(app: &App, job: &Claimed, error: &JobError) -> Option<Duration> {
    let attempts = u32::try_from(job.attempts).unwrap_or(u32::MAX);
    pause_after(attempts, app.settings.job_attempts, error)
}

fn pause_after(attempts: u32, max_attempts: u32, error: &JobError) -> Option<Duration> {
    let is_tried_again = match error {
        JobError::Permanent(_) => false,
        JobError::Excessive(_) => attempts < EXCESSIVE_ATTEMPTS.min(max_attempts),
        JobError::Temporary(_) | JobError::Changed(_) => attempts < max_attempts,
        JobError::Waiting(_) => true,
    };
    let pause = FIRST_PAUSE * 4_u32.saturating_pow(attempts.saturating_sub(1)).min(1000);
    is_tried_again.then_some(pause)
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use kallitype_media::MediaError;

    use super::*;

    #[test]
    fn what_takes_too_much_is_tried_once_more() {
        for error in [
            MediaError::OutOfMemory,
            MediaError::TimedOut,
            MediaError::Crashed(String::new()),
        ] {
            let error = JobError::from(error);
            assert!(pause_after(1, 5, &error).is_some(), "{error}");
            assert_eq!(pause_after(2, 5, &error), None, "{error}");
            assert_eq!(pause_after(1, 1, &error), None, "{error}");
        }
        let unsound = JobError::from(MediaError::Malformed(String::new()));
        assert_eq!(pause_after(1, 5, &unsound), None);
        let busy = JobError::from(MediaError::Io(String::new()));
        assert!(pause_after(4, 5, &busy).is_some());
        assert_eq!(pause_after(5, 5, &busy), None);
    }
}
