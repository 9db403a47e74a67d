//! Hashing and writing a file while it arrives, on a thread where waiting for the disk keeps no one else.

use std::io::{Read, Write};

use axum::body::Bytes;
use sha1::{Digest, Sha1};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::ingest::received::ReceivedFile;
use kallitype_storage::{Draft, Storage};
use kallitype_web::error::{ApiError, Result};

/// How many chunks may wait for the disk before the client has to.
const QUEUE: usize = 16;

/// Bytes that are copied at once.
const CHUNK: usize = 64 * 1024;

/// A file being written.
pub(crate) struct Writer {
    chunks: mpsc::Sender<Bytes>,
    thread: JoinHandle<Result<ReceivedFile>>,
}

impl Writer {
    /// Begins a file, if so many bytes are free; `name` is what its part says it is called.
    pub(crate) fn start(storage: &Storage, needed: u64, name: Option<String>) -> Self {
        let (chunks, queue) = mpsc::channel(QUEUE);
        let storage = storage.clone();
        let thread = tokio::task::spawn_blocking(move || {
            require_space(&storage, needed)?;
            write_all(&storage, name, queue)
        });
        Self { chunks, thread }
    }

    /// Hands on a chunk, waiting while the disk is behind.
    ///
    /// # Errors
    /// Why the file could not be written.
    pub(crate) async fn write(&mut self, chunk: Bytes) -> Result<()> {
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
    pub(crate) async fn finish(self) -> Result<ReceivedFile> {
        drop(self.chunks);
        self.thread.await.map_err(ApiError::internal)?
    }
}

/// A file that cannot fit is refused before it is read.
fn require_space(storage: &Storage, needed: u64) -> Result<()> {
    let available = storage.space()?.available;
    if available < needed {
        return Err(ApiError::disk_full(format!(
            "{available} bytes are free, {needed} are needed"
        )));
    }
    Ok(())
}

fn write_all(
    storage: &Storage,
    name: Option<String>,
    mut queue: mpsc::Receiver<Bytes>,
) -> Result<ReceivedFile> {
    let mut hashed = Hashed::start(storage)?;
    while let Some(chunk) = queue.blocking_recv() {
        hashed.write(&chunk)?;
    }
    Ok(hashed.finish(name))
}

/// Takes what a reader has as if it had been received.
///
/// # Errors
/// When reading fails, or the disk is full or fails.
pub(crate) fn copy(storage: &Storage, mut source: impl Read) -> std::io::Result<ReceivedFile> {
    let mut hashed = Hashed::start(storage)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        match source.read(&mut chunk)? {
            0 => return Ok(hashed.finish(None)),
            count => hashed.write(&chunk[..count])?,
        }
    }
}

/// A draft whose bytes are hashed on their way.
struct Hashed {
    draft: Draft,
    hash: Sha1,
    size: u64,
}

impl Hashed {
    fn start(storage: &Storage) -> std::io::Result<Self> {
        Ok(Self {
            draft: storage.draft()?,
            hash: Sha1::new(),
            size: 0,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.hash.update(bytes);
        self.draft.write_all(bytes)?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    fn finish(self, name: Option<String>) -> ReceivedFile {
        ReceivedFile {
            draft: self.draft,
            name,
            size: self.size,
            checksum: self.hash.finalize().into(),
        }
    }
}
