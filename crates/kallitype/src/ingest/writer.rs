//! Hashing and writing a file while it arrives, on threads where waiting for the disk keeps no one else.

use std::io::{Read, Write};
use std::mem::take;
use std::sync::Arc;

use axum::body::Bytes;
use sha1::{Digest, Sha1};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::ingest::received::ReceivedFile;
use kallitype_storage::{Draft, Reservation, Storage};
use kallitype_web::error::{ApiError, Result};

/// How many files are written to at once. The others have one chunk in memory each and keep their clients waiting, so that
/// hundreds of uploads need no more threads and little more memory than these.
const TURNS: usize = 32;

static TURNS_LEFT: Semaphore = Semaphore::const_new(TURNS);

/// Bytes that may come while those before them are written.
const AHEAD: usize = 256 << 10;

/// Bytes after which it is looked again whether the disk has room for what comes.
const LOOK: u64 = 4 << 20;

/// Bytes that are copied at once.
const CHUNK: usize = 64 * 1024;

/// A file being written.
pub(crate) struct Writer {
    /// What its part says it is called.
    name: Option<String>,
    destination: Destination,
    /// Has arrived and is not being written.
    ahead: Vec<Bytes>,
    /// The last write, whether it is done or not.
    writing: Option<Writing>,
}

type Writing = JoinHandle<Result<Unfinished>>;

/// Where the bytes go.
#[derive(Clone)]
struct Destination {
    storage: Storage,
    reservation: Arc<Reservation>,
}

/// A file between two writes.
struct Unfinished {
    hashed: Hashed,
    /// Bytes since it was looked whether the disk has room.
    unseen: u64,
}

impl Writer {
    /// Begins a file; `name` is what its part says it is called.
    pub(crate) fn start(
        storage: &Storage,
        reservation: Arc<Reservation>,
        name: Option<String>,
    ) -> Self {
        Self {
            name,
            destination: Destination {
                storage: storage.clone(),
                reservation,
            },
            ahead: Vec::new(),
            writing: None,
        }
    }

    /// Hands on a chunk, waiting while the disk is behind.
    ///
    /// # Errors
    /// Why the file could not be written.
    pub(crate) async fn write(&mut self, chunk: Bytes) -> Result<()> {
        self.ahead.push(chunk);
        let is_busy = self
            .writing
            .as_ref()
            .is_some_and(|last| !last.is_finished());
        if !is_busy || self.ahead.iter().map(Bytes::len).sum::<usize>() >= AHEAD {
            self.writing = Some(self.write_ahead().await?);
        }
        Ok(())
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// Why the file could not be written.
    pub(crate) async fn finish(mut self) -> Result<ReceivedFile> {
        let last = self.write_ahead().await?;
        Ok(written(last).await?.hashed.finish(self.name))
    }

    /// Begins to write what has arrived, once what came before is written and it is this file's turn.
    async fn write_ahead(&mut self) -> Result<Writing> {
        let before = match self.writing.take() {
            Some(last) => Some(written(last).await?),
            None => None,
        };
        let turn = TURNS_LEFT.acquire().await.map_err(ApiError::internal)?;
        let (chunks, destination) = (take(&mut self.ahead), self.destination.clone());
        Ok(tokio::task::spawn_blocking(move || {
            let _turn = turn;
            destination.write(before, chunks)
        }))
    }
}

async fn written(writing: Writing) -> Result<Unfinished> {
    writing.await.map_err(ApiError::internal)?
}

impl Destination {
    fn write(&self, before: Option<Unfinished>, chunks: Vec<Bytes>) -> Result<Unfinished> {
        let mut file = match before {
            Some(file) => file,
            None => Unfinished {
                hashed: Hashed::start(&self.storage)?,
                unseen: 0,
            },
        };
        for chunk in chunks {
            let bytes = chunk.len() as u64;
            self.reservation.spend(bytes)?;
            file.unseen += bytes;
            if file.unseen >= LOOK {
                self.reservation.look_again()?;
                file.unseen = 0;
            }
            file.hashed.write(&chunk)?;
        }
        Ok(file)
    }
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
