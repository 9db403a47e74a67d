use std::sync::Arc;

use tokio::sync::Notify;

use crate::queue::kind::Lane;

/// Rung when there is a new job, so that workers need not keep looking.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Lanes>);

/// A worker of one lane must not be the only one to hear of a job of another.
#[derive(Debug, Default)]
struct Lanes {
    pictures: Notify,
    videos: Notify,
    mail: Notify,
}

impl Bell {
    pub fn ring(&self) {
        self.0.pictures.notify_one();
        self.0.videos.notify_one();
        self.0.mail.notify_one();
    }

    /// Waits for the next ring, or one that no one has heard yet.
    pub async fn heard(&self, lane: Lane) {
        match lane {
            Lane::Pictures => self.0.pictures.notified().await,
            Lane::Videos => self.0.videos.notified().await,
            Lane::Mail => self.0.mail.notified().await,
        }
    }
}
