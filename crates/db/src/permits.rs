use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{DatabaseError, Result};

/// Lets only so many be at work at once. The others wait, without a thread, and not for ever.
#[derive(Clone)]
pub(crate) struct Permits {
    semaphore: Arc<Semaphore>,
    count: usize,
    of_what: &'static str,
    timeout: Duration,
}

impl Permits {
    pub(crate) fn new(count: usize, of_what: &'static str, timeout: Duration) -> Self {
        let count = count.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            semaphore: Arc::new(Semaphore::new(count)),
            count,
            of_what,
            timeout,
        }
    }

    /// Waits for the right to be one of them. It belongs to the work itself, not to whoever waits for its end: they may
    /// go away before.
    pub(crate) async fn acquire(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(permit) = self.semaphore.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let waiting = self.semaphore.clone().acquire_owned();
        match tokio::time::timeout(self.timeout, waiting).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(DatabaseError::Unavailable(format!(
                "all of the {} {} were in use for {} s",
                self.count,
                self.of_what,
                self.timeout.as_secs_f64()
            ))),
        }
    }
}
