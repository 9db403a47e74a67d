//! What the two blocking contenders share: a pool, and a thread to block on.

use crate::{CONNECTIONS, Result};
use std::sync::{Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Connections that are opened when one is missing and kept afterwards.
pub struct Pool<C> {
    idle: Mutex<Vec<C>>,
    open: Box<dyn Fn() -> Result<C> + Send + Sync>,
    /// The right to use a connection, for those that cannot be opened without limit.
    pub turns: Semaphore,
}

impl<C> Pool<C> {
    pub fn new(open: impl Fn() -> Result<C> + Send + Sync + 'static) -> Self {
        Self {
            idle: Mutex::default(),
            open: Box::new(open),
            turns: Semaphore::new(CONNECTIONS),
        }
    }

    /// Runs `work` on a connection no one else uses.
    pub fn with<T>(&self, work: impl FnOnce(&mut C) -> Result<T>) -> Result<T> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => (self.open)()?,
        };
        let result = work(&mut connection);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        result
    }
}

/// Runs `work` where it keeps no other task waiting.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await?
}
