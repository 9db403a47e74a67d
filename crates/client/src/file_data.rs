use std::fmt;
use std::path::Path;
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use reqwest::Body;
use reqwest::multipart::Part;
use tokio_util::io::ReaderStream;

use crate::{Error, Result};

/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 256 << 10;

/// A file to be sent: its name, and its bytes, which are read while they are sent.
pub struct FileData {
    pub(crate) name: String,
    pub(crate) length: Option<u64>,
    /// When it was made and last changed, if that is known.
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) modified_at: Option<Timestamp>,
    pieces: BoxStream<'static, std::io::Result<Bytes>>,
}

impl FileData {
    /// A file on this machine, with its times as the file system has them.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let unreadable = Error::file(path);
        let file = tokio::fs::File::open(path).await.map_err(&unreadable)?;
        let metadata = file.metadata().await.map_err(&unreadable)?;
        let modified = metadata.modified().map_err(&unreadable)?;
        // Not every file system knows when a file was made.
        let created = metadata
            .created()
            .map_or(modified, |created| created.min(modified));
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let pieces = ReaderStream::with_capacity(file, CHUNK);
        Ok(Self {
            created_at: Some(moment(created)),
            modified_at: Some(moment(modified)),
            ..Self::from_stream(name.unwrap_or_default(), Some(metadata.len()), pieces)
        })
    }

    /// Bytes that are in memory.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = bytes.len() as u64;
        Self::from_stream(
            name,
            Some(length),
            stream::once(std::future::ready(Ok(bytes))),
        )
    }

    /// Bytes that come from somewhere else. Without a length, the server cannot tell beforehand whether there is room;
    /// a wrong one breaks the request.
    #[must_use]
    pub fn from_stream(
        name: impl Into<String>,
        length: Option<u64>,
        pieces: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            length,
            created_at: None,
            modified_at: None,
            pieces: pieces.boxed(),
        }
    }

    /// The same, and `sent` is told of each piece that goes on its way, in bytes.
    #[must_use]
    pub fn watched(self, sent: impl Fn(u64) + Send + 'static) -> Self {
        let pieces = self
            .pieces
            .inspect_ok(move |piece| sent(piece.len() as u64));
        Self {
            pieces: pieces.boxed(),
            ..self
        }
    }

    /// The part of a form.
    pub(crate) fn part(self) -> Part {
        let body = Body::wrap_stream(self.pieces);
        let part = match self.length {
            Some(length) => Part::stream_with_length(body, length),
            None => Part::stream(body),
        };
        part.file_name(self.name)
    }
}

/// Before or after all that can be written, it is as good as unknown.
fn moment(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl fmt::Debug for FileData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FileData")
            .field("name", &self.name)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
