//! Hashing and writing a file while it arrives, on a thread where waiting for the disk keeps no one else.

use std::io::Write;

use axum::body::Bytes;
use sha1::{Digest, Sha1};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::received::ReceivedFile;
use crate::http::error::{ApiError, Result};
use crate::storage::Storage;

/// How many chunks may wait for the disk before the client has to.
const QUEUE: usize = 16;

/// A file being written.
pub struct Writer {
    chunks: mpsc::Sender<Bytes>,
    thread: JoinHandle<Result<ReceivedFile>>,
}

impl Writer {
    /// Begins a file; `name` is what its part says it is called.
    pub fn start(storage: &Storage, name: Option<String>) -> Self {
        let (chunks, queue) = mpsc::channel(QUEUE);
        let storage = storage.clone();
        let thread = tokio::task::spawn_blocking(move || write_all(&storage, name, queue));
        Self { chunks, thread }
    }

    /// Hands on a chunk, waiting while the disk is behind.
    ///
    /// # Errors
    /// Why the file could not be written.
    pub async fn write(&mut self, chunk: Bytes) -> Result<()> {
        if self.chunks.send(chunk).await.is_ok() {
            return Ok(());
        }
        let stopped = ApiError::internal("a file's thread stopped");
        Err((&mut self.thread)
            .await
            .map_err(ApiError::internal)?
            .err()
            .unwrap_or(stopped))
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// Why the file could not be written.
    pub async fn finish(self) -> Result<ReceivedFile> {
        drop(self.chunks);
        self.thread.await.map_err(ApiError::internal)?
    }
}

fn write_all(
    storage: &Storage,
    name: Option<String>,
    mut queue: mpsc::Receiver<Bytes>,
) -> Result<ReceivedFile> {
    let mut draft = storage.draft()?;
    let mut hash = Sha1::new();
    let mut size = 0;
    while let Some(chunk) = queue.blocking_recv() {
        hash.update(&chunk);
        draft.write_all(&chunk)?;
        size += chunk.len() as u64;
    }
    Ok(ReceivedFile {
        draft,
        name,
        size,
        checksum: hash.finalize().into(),
    })
}
