//! Tells the workers of this process that there is a job, so that they need not keep looking.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::queue::kind::Lane;

/// Wakes workers; clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct JobSignal(Arc<Lanes>);

/// A worker of one lane must not be the only one to hear of a job of another.
#[derive(Debug, Default)]
struct Lanes {
    pictures: Notify,
    videos: Notify,
    mail: Notify,
    libraries: Notify,
    learning: Notify,
    originals: Notify,
}

impl Lanes {
    fn of(&self, lane: Lane) -> &Notify {
        match lane {
            Lane::Pictures => &self.pictures,
            Lane::Videos => &self.videos,
            Lane::Mail => &self.mail,
            Lane::Libraries => &self.libraries,
            Lane::Learning => &self.learning,
            Lane::Originals => &self.originals,
        }
    }
}

impl JobSignal {
    /// Says that there may be a job in any lane.
    pub(crate) fn notify(&self) {
        for lane in Lane::ALL {
            self.notify_lane(lane);
        }
    }

    /// Says that there may be a job in one lane.
    pub(crate) fn notify_lane(&self, lane: Lane) {
        self.0.of(lane).notify_one();
    }

    /// Waits for the next notification, or one that no worker has had yet.
    pub(crate) async fn notified(&self, lane: Lane) {
        self.0.of(lane).notified().await;
    }
}
