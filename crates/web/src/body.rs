//! Request bodies: bounded in size, and not waited for for ever.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::{Stream, StreamExt};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use crate::budget::Charge;
use crate::error::{ApiError, Result};

/// The body's chunks; one that does not come within `idle_timeout` ends the stream with an error.
pub fn chunks(
    body: Body,
    idle_timeout: Duration,
) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
    futures_util::stream::unfold(Some(body.into_data_stream()), move |stream| async move {
        let mut stream = stream?;
        match tokio::time::timeout(idle_timeout, stream.next()).await {
            Ok(Some(Ok(chunk))) => Some((Ok(chunk), Some(stream))),
            Ok(Some(Err(_))) => Some((Err(ApiError::bad_request("The request was cut off")), None)),
            Ok(None) => None,
            Err(_) => Some((
                Err(ApiError::timed_out(
                    "The request's body stood still for too long",
                )),
                None,
            )),
        }
    })
}

/// The whole body, if it is no longer than `most` bytes.
///
/// # Errors
/// 413 when it is longer, 400 when it is cut off, 408 when it stands still, 503 when there is no room for it.
pub async fn read_to_end(
    body: Body,
    most: usize,
    idle_timeout: Duration,
    charge: &mut Charge,
) -> Result<Vec<u8>> {
    let mut stream = std::pin::pin!(chunks(body, idle_timeout));
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        if bytes.len() + chunk.len() > most {
            return Err(ApiError::too_large(format!(
                "The body is longer than {most} bytes"
            )));
        }
        charge.take(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// How much of a body that no one wants is read all the same, in bytes, and for how long.
const UNWANTED: usize = 64 << 20;
const UNWANTED_TIME: Duration = Duration::from_secs(10);

/// A request's body that is read to its end even when it is not wanted.
///
/// A client whose request is refused early is still sending. Were the connection closed on it, it would see a
/// broken pipe instead of the answer.
pub struct DrainOnDrop(Option<Incoming>);

impl DrainOnDrop {
    #[must_use]
    pub fn new(body: Incoming) -> Self {
        Self(Some(body))
    }
}

impl http_body::Body for DrainOnDrop {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.0 {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0
            .as_ref()
            .map_or_else(SizeHint::default, http_body::Body::size_hint)
    }
}

impl Drop for DrainOnDrop {
    fn drop(&mut self) {
        let left = self
            .0
            .take()
            .filter(|body| !http_body::Body::is_end_stream(body));
        let (Some(body), Ok(runtime)) = (left, tokio::runtime::Handle::try_current()) else {
            return;
        };
        runtime.spawn(async move {
            // Whether it came to its end or not: no one is waiting for it.
            drop(tokio::time::timeout(UNWANTED_TIME, discard(Body::new(body))).await);
        });
    }
}

async fn discard(body: Body) {
    let mut stream = body.into_data_stream();
    let mut read = 0;
    while let Some(Ok(chunk)) = stream.next().await {
        read += chunk.len();
        if read > UNWANTED {
            break;
        }
    }
}
