//! A multipart body on its way to its parser, which keeps what it cannot tell yet and looks through all of it again when
//! more comes. Between the contents of parts, where preambles and headers stand, no one makes it keep much or look often.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::Bytes;
use futures_util::Stream;

use crate::error::{ApiError, Result};

/// Bytes that may stand between two contents, before the first one and after the last.
const MOST_BETWEEN: usize = 64 << 10;
/// Bytes that the parser gets there at once, so that little of a content comes with its headers.
const PORTION: usize = 4 << 10;
/// What a smaller portion counts as: so many of them are looked through at most.
const LEAST: usize = 256;

/// In a content, anything may come.
const INSIDE: usize = usize::MAX;

/// Tells the body of a request where its parser stands.
#[derive(Clone)]
pub struct Place(Arc<AtomicUsize>);

impl Place {
    /// Whether the next bytes belong to a content.
    pub fn set_inside(&self, is_inside: bool) {
        let room = if is_inside { INSIDE } else { MOST_BETWEEN };
        self.0.store(room, Ordering::Relaxed);
    }
}

/// See [`portions`].
pub struct Portions<S> {
    body: Pin<Box<S>>,
    waiting: Bytes,
    place: Place,
    has_given: bool,
    has_ended: bool,
}

/// A body in portions, and what says where its parser stands: before everything, at first.
pub fn portions<S: Stream<Item = Result<Bytes>>>(body: S) -> (Portions<S>, Place) {
    let place = Place(Arc::new(AtomicUsize::new(MOST_BETWEEN)));
    let portions = Portions {
        body: Box::pin(body),
        waiting: Bytes::new(),
        place: place.clone(),
        has_given: false,
        has_ended: false,
    };
    (portions, place)
}

impl<S> Portions<S> {
    fn has_enough(&self) -> bool {
        let is_inside = self.place.0.load(Ordering::Relaxed) == INSIDE;
        let wanted = if is_inside { 1 } else { PORTION };
        self.has_ended || self.waiting.len() >= wanted
    }

    fn append(&mut self, chunk: Bytes) {
        self.waiting = match self.waiting.is_empty() {
            true => chunk,
            false => [&self.waiting[..], &chunk].concat().into(),
        };
    }

    /// What the parser gets next of what has come.
    fn portion(&mut self) -> Result<Bytes> {
        let room = self.place.0.load(Ordering::Relaxed);
        if room == INSIDE {
            return Ok(std::mem::take(&mut self.waiting));
        }
        let length = PORTION.min(self.waiting.len());
        let left = room.checked_sub(length.max(LEAST)).ok_or_else(|| {
            ApiError::too_large(format!(
                "More than {MOST_BETWEEN} bytes stand before a part's content"
            ))
        })?;
        self.place.0.store(left, Ordering::Relaxed);
        Ok(self.waiting.split_to(length))
    }
}

impl<S: Stream<Item = Result<Bytes>>> Stream for Portions<S> {
    type Item = Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes>>> {
        // The parser takes all it can get before it looks at it; so it gets one portion at a time.
        if std::mem::take(&mut self.has_given) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        while !self.has_enough() {
            match self.body.as_mut().poll_next(context) {
                Poll::Ready(Some(chunk)) => self.append(chunk?),
                Poll::Ready(None) => self.has_ended = true,
                Poll::Pending if self.waiting.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        if self.waiting.is_empty() {
            return Poll::Ready(None);
        }
        self.has_given = true;
        Poll::Ready(Some(self.portion()))
    }
}
