use std::fmt;
use std::path::Path;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use reqwest::Response;
use reqwest::header::{self, HeaderName};
use tokio::io::AsyncWriteExt;

use crate::{Error, Result};

/// A file on its way from the server. Nothing of it is read before it is asked for.
pub struct Download(Response);

impl Download {
    pub(crate) fn new(response: Response) -> Self {
        Self(response)
    }

    /// The media type, as in `image/jpeg`.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.header(header::CONTENT_TYPE)
    }

    /// Bytes, if the server said how many there are.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.0.content_length()
    }

    /// What the server calls this state of the file; it changes with the content.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.header(header::ETAG)
    }

    fn header(&self, name: HeaderName) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }

    /// The next piece, or `None` at the end.
    ///
    /// # Errors
    /// [`Error::Connection`] when the connection breaks before the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        Ok(self.0.chunk().await?)
    }

    /// The pieces as a stream.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        self.0.bytes_stream().map_err(Error::from)
    }

    /// All of it in memory.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk).
    pub async fn bytes(self) -> Result<Bytes> {
        Ok(self.0.bytes().await?)
    }

    /// Writes it to a file, in the place of one that is there, and answers its bytes. What was written before an error
    /// stays.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), and [`Error::File`] when the file cannot be written.
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64> {
        let path = path.as_ref();
        let unwritable = Error::file(path);
        let mut file = tokio::fs::File::create(path).await.map_err(&unwritable)?;
        let mut written = 0;
        while let Some(chunk) = self.chunk().await? {
            file.write_all(&chunk).await.map_err(&unwritable)?;
            written += chunk.len() as u64;
        }
        file.flush().await.map_err(&unwritable)?;
        Ok(written)
    }
}

/// Without the address, which can hold the key of a shared link.
impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("content_type", &self.content_type())
            .field("content_length", &self.content_length())
            .finish_non_exhaustive()
    }
}
