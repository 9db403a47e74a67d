use std::sync::Arc;
use tokio::sync::Notify;

/// Rung when there is a new job, so that workers need not keep looking.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits for the next ring, or one that no one has heard yet.
    pub async fn heard(&self) {
        self.0.notified().await;
    }
}
