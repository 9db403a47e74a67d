//! How many jobs this process does at once: of each lane as many as it has workers, and of each queue as many as the
//! settings say.

use std::sync::{Arc, Mutex, PoisonError};

use crate::app::state::App;
use crate::config::SystemConfigDto;
use crate::config::system::job::MAX_CONCURRENCY;
use crate::queue::kind::{JobName, Lane};
use crate::queue::table;
use crate::queue::table::{Claim, Claimed};
use kallitype_db::Result;

/// Jobs in hand for each picture that may be worked on at once: while one waits for the disk to keep what was made,
/// another one's picture is decoded.
const JOBS_A_WORKER: usize = 2;

/// Faces that are recognised at once: each may make the person that the next one is.
const FACES_AT_ONCE: u32 = 1;

/// Originals that are moved at once: each may take the name that the next one would have.
const MOVES_AT_ONCE: usize = 1;

/// The workers that a lane may ever have.
pub(crate) fn max_workers(app: &App, lane: Lane) -> usize {
    match lane {
        Lane::Pictures => app.settings.media_worker_count() * JOBS_A_WORKER,
        Lane::Videos | Lane::Mail | Lane::Libraries | Lane::Learning => MAX_CONCURRENCY as usize,
        Lane::Originals => MOVES_AT_ONCE,
    }
}

/// The workers of a lane, as the settings are.
fn workers(app: &App, config: &SystemConfigDto, lane: Lane) -> usize {
    match lane {
        Lane::Pictures | Lane::Originals => max_workers(app, lane),
        Lane::Videos => config.job.video_conversion.concurrency as usize,
        Lane::Mail => config.job.notifications.concurrency as usize,
        Lane::Libraries => config.job.library.concurrency as usize,
        Lane::Learning => {
            let limits = limits(config, lane).into_iter();
            limits.map(|(_, limit)| limit).sum()
        }
    }
}

/// Waits until a lane has so many workers that it has one with this number.
pub(crate) async fn until_wanted(app: &App, lane: Lane, number: usize) {
    let mut changes = app.live_config.subscribe();
    let wanted = changes.wait_for(|config| number < workers(app, config, lane));
    // An error says that the server is about to end.
    drop(wanted.await);
}

/// How many jobs of its queues a lane may have in hand. Those of other lanes are as many as their workers.
fn limits(config: &SystemConfigDto, lane: Lane) -> Vec<(JobName, usize)> {
    let job = &config.job;
    let limits = match lane {
        Lane::Videos | Lane::Mail | Lane::Libraries | Lane::Originals => return Vec::new(),
        Lane::Learning => vec![
            (JobName::SmartSearch, job.smart_search.concurrency),
            (JobName::FaceDetection, job.face_detection.concurrency),
            (JobName::FacialRecognition, FACES_AT_ONCE),
        ],
        Lane::Pictures => vec![
            (JobName::BackgroundTask, job.background_task.concurrency),
            (
                JobName::MetadataExtraction,
                job.metadata_extraction.concurrency,
            ),
            (JobName::Sidecar, job.sidecar.concurrency),
            (
                JobName::ThumbnailGeneration,
                job.thumbnail_generation.concurrency,
            ),
        ],
    };
    let limits = limits.into_iter();
    limits
        .map(|(queue, limit)| (queue, limit as usize))
        .collect()
}

/// The jobs that the workers of this process have in hand; clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct InHand(Arc<Hands>);

#[derive(Debug, Default)]
struct Hands {
    /// The lane and the queue of each.
    jobs: Mutex<Vec<(Lane, JobName)>>,
    /// Held while a job is claimed of a queue that may be full.
    turn: tokio::sync::Mutex<()>,
}

/// A job in hand, until this is dropped.
pub(crate) struct Hand {
    hands: Arc<Hands>,
    job: (Lane, JobName),
}

impl Drop for Hand {
    fn drop(&mut self) {
        let mut jobs = self
            .hands
            .jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(position) = jobs.iter().position(|job| *job == self.job) {
            jobs.swap_remove(position);
        }
    }
}

impl InHand {
    /// Claims the next job of a lane for `lease` microseconds, if the settings allow for one more.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn claim(
        &self,
        app: &App,
        lane: Lane,
        lease: i64,
    ) -> Result<(Claim, Option<Hand>)> {
        let limits = limits(&app.config(), lane);
        let is_tight = limits
            .iter()
            .any(|(_, limit)| *limit < max_workers(app, lane));
        // Without a limit that workers could reach, none has to wait for another.
        let _turn = match is_tight {
            true => Some(self.0.turn.lock().await),
            false => None,
        };
        let full = self.full(lane, &limits);
        let claimed = app
            .db
            .write(move |connection| table::claim(connection, lane, lease, &full))
            .await?;
        let hand = match &claimed {
            Claim::Job(job) => Some(self.take(lane, job)),
            Claim::Nothing(_) => None,
        };
        Ok((claimed, hand))
    }

    fn full(&self, lane: Lane, limits: &[(JobName, usize)]) -> Vec<JobName> {
        let jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |queue: JobName| jobs.iter().filter(|job| **job == (lane, queue)).count();
        let full = limits
            .iter()
            .filter(|(queue, limit)| count(*queue) >= *limit);
        full.map(|(queue, _)| *queue).collect()
    }

    fn take(&self, lane: Lane, job: &Claimed) -> Hand {
        let job = (lane, job.kind.queue());
        let mut jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.push(job);
        Hand {
            hands: self.0.clone(),
            job,
        }
    }
}
