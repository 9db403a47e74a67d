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
}

impl JobSignal {
    /// Says that there may be a job in any lane.
    pub(crate) fn notify(&self) {
        self.0.pictures.notify_one();
        self.0.videos.notify_one();
        self.0.mail.notify_one();
    }

    /// Waits for the next notification, or one that no worker has had yet.
    pub(crate) async fn notified(&self, lane: Lane) {
        match lane {
            Lane::Pictures => self.0.pictures.notified().await,
            Lane::Videos => self.0.videos.notified().await,
            Lane::Mail => self.0.mail.notified().await,
        }
    }
}
