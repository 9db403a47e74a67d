//! Bodies: of requests, bounded in size and not waited for for ever; of answers, with what is held until they are sent.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::{Stream, StreamExt};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use crate::budget::Charge;
use crate::connection::{Alarm, Connection};
use crate::error::{ApiError, Result};

/// The body's chunks.
///
/// # Errors
/// 400 when it is cut off, 408 when it comes too slowly.
pub fn chunks(body: Body) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
    let chunks = body.into_data_stream();
    chunks.map(|chunk| chunk.map_err(|error| refusal(&error)))
}

fn refusal(error: &axum::Error) -> ApiError {
    match error.source().is_some_and(|cause| cause.is::<TooSlow>()) {
        true => ApiError::timed_out("The request's body came too slowly"),
        false => ApiError::bad_request("The request was cut off"),
    }
}

/// The whole body, if it is no longer than `limit` bytes. `weight` says what else a chunk of it will take of the memory
/// for bodies: one for which there is no room is not read to its end first.
///
/// # Errors
/// 413 when it is longer, 400 when it is cut off, 408 when it comes too slowly, 503 when there is no room for it.
pub async fn read_to_end(
    body: Body,
    limit: usize,
    charge: &mut Charge,
    weight: impl Fn(&[u8]) -> usize,
) -> Result<Vec<u8>> {
    let announced = http_body::Body::size_hint(&body).upper();
    let most = announced.map_or(limit, |bytes| {
        usize::try_from(bytes).unwrap_or(limit).min(limit)
    });
    let mut stream = std::pin::pin!(chunks(body));
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        let length = bytes.len() + chunk.len();
        if length > limit {
            return Err(ApiError::too_large(format!(
                "The body is longer than {limit} bytes"
            )));
        }
        charge.take(weight(&chunk))?;
        make_room(&mut bytes, length, most, charge)?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Makes room for so many bytes, and for as many again while there are no more than `most`. It is charged for before it is
/// taken.
fn make_room(bytes: &mut Vec<u8>, length: usize, most: usize, charge: &mut Charge) -> Result<()> {
    let before = bytes.capacity();
    if length > before {
        let wanted = length.max((before * 2).min(most));
        charge.take(wanted - before)?;
        bytes.reserve_exact(wanted - bytes.len());
    }
    Ok(())
}

/// How much of a body that no one wants is read all the same, in bytes, and for how long.
const UNWANTED: usize = 64 << 20;
const UNWANTED_TIME: Duration = Duration::from_secs(10);

/// A request's body, which fails when it comes too slowly and is read to its end even when it is not wanted.
///
/// A client whose request is refused early is still sending. Were the connection closed on it, it would see a
/// broken pipe instead of the answer.
pub(crate) struct RequestBody {
    body: Option<Incoming>,
    connection: Arc<Connection>,
    alarm: Alarm,
}

/// Why a request's body ends early.
type BodyError = Box<dyn Error + Send + Sync>;

/// The client sends less than is expected.
#[derive(Debug)]
struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the body came too slowly")
    }
}

impl Error for TooSlow {}

impl RequestBody {
    pub(crate) fn new(body: Incoming, connection: Arc<Connection>) -> Self {
        Self {
            body: Some(body),
            connection,
            alarm: Alarm::default(),
        }
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, BodyError>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(context) {
            let data = frame
                .as_ref()
                .and_then(|frame| frame.as_ref().ok()?.data_ref());
            self.connection.got_of_body(data.map_or(0, Bytes::len));
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let deadline = self.connection.wait_for_body();
        ready!(self.alarm.poll(deadline, context));
        // Nor is the rest waited for.
        self.body = None;
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body
            .as_ref()
            .is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(SizeHint::default, http_body::Body::size_hint)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        self.connection.got_of_body(0);
        let left = self
            .body
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

/// An answer's body that holds something until all of it is handed on, or given up.
pub struct Holding<T> {
    body: Body,
    _held: T,
}

impl<T> Holding<T> {
    #[must_use]
    pub fn new(body: Body, held: T) -> Self {
        Self { body, _held: held }
    }
}

impl<T: Unpin> http_body::Body for Holding<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
