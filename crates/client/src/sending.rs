//! Files on their way to the server, streamed from the disk.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{StreamExt, stream};
use reqwest::Body;
use reqwest::multipart::Part;
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use crate::file::name;
use crate::{Error, Result};

/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 256 << 10;

/// Is told the bytes of each chunk that leaves.
pub(crate) type Told = Arc<dyn Fn(u64) + Send + Sync>;

/// What is known about a file while it is being sent.
pub(crate) struct Sending {
    path: PathBuf,
    /// Bytes promised to the server.
    length: u64,
    /// Bytes read so far.
    read: AtomicU64,
    /// Why the file could not be read to its end.
    failure: Mutex<Option<io::Error>>,
}

impl Sending {
    /// A file as a part of a request. The part is exactly as long as the file is now, or its request fails.
    pub(crate) async fn part(path: &Path, told: Told) -> Result<(Part, Arc<Self>)> {
        let unreadable = |source| Error::file(path, source);
        let file = File::open(path).await.map_err(unreadable)?;
        let length = file.metadata().await.map_err(unreadable)?.len();
        let sending = Arc::new(Self {
            path: path.to_owned(),
            length,
            read: AtomicU64::new(0),
            failure: Mutex::new(None),
        });
        let body = Body::wrap_stream(sending.clone().chunks(file, told));
        let part = Part::stream_with_length(body, length).file_name(header_name(path));
        Ok((part, sending))
    }

    fn chunks(
        self: Arc<Self>,
        file: File,
        told: Told,
    ) -> impl stream::Stream<Item = io::Result<Vec<u8>>> {
        let at_end = self.clone();
        let content = ReaderStream::with_capacity(file.take(self.length), CHUNK);
        content
            .map(move |chunk| match chunk {
                Ok(chunk) => {
                    self.read.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                    told(chunk.len() as u64);
                    Ok(chunk.into())
                }
                Err(error) => Err(self.fail(error)),
            })
            .chain(stream::once(async move { at_end.whole() }))
    }

    /// The empty end of a file that was as long as promised.
    fn whole(&self) -> io::Result<Vec<u8>> {
        if self.read() == self.length {
            return Ok(Vec::new());
        }
        let shorter = io::Error::new(
            ErrorKind::UnexpectedEof,
            "the file became shorter while it was sent",
        );
        Err(self.fail(shorter))
    }

    /// Keeps the error for [`Self::failure`]; what is returned only ends the request.
    fn fail(&self, error: io::Error) -> io::Error {
        let ending = io::Error::new(error.kind(), error.to_string());
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        ending
    }

    /// Bytes read so far.
    pub(crate) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Why the file could not be sent, if it was the file's fault.
    pub(crate) fn failure(&self) -> Option<Error> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take().map(|error| Error::file(&self.path, error))
    }
}

/// A file's name as a part's header can carry it; the field `filename` has it as it is.
fn header_name(path: &Path) -> String {
    let unfit = |letter: char| letter.is_control() || matches!(letter, '"' | '\\');
    name(path).replace(unfit, "_")
}
