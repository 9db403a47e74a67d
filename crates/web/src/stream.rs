//! Long answers, written while they are read: what they list may be more than fits into memory.

use std::collections::VecDeque;
use std::future::Future;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{StatusCode, header};
use serde::Serialize;
use tracing::Span;

use crate::error::{ApiError, Result};

/// How many items are read and written at a time.
const BATCH: usize = 1000;

/// JSON, piece by piece. A failure cuts the answer off.
pub type Json = BoxStream<'static, std::io::Result<Bytes>>;

/// The items of a list, without its brackets. `read` answers what belongs to some of the keys, in their order; it may
/// leave out what is gone meanwhile.
pub fn items<K, T, R, F>(keys: &[K], read: R) -> Json
where
    K: Clone + Send + 'static,
    T: Serialize + Send,
    R: Fn(Vec<K>) -> F + Send + 'static,
    F: Future<Output = Result<Vec<T>>> + Send,
{
    some_items(keys, move |keys| {
        let count = keys.len();
        let found = read(keys);
        async move { Ok((found.await?, count)) }
    })
}

/// As [`items`], for such that may be long: `read` says of how many of the keys, from the first, it has answered what
/// belongs to them. The others are read next.
pub fn some_items<K, T, R, F>(keys: &[K], read: R) -> Json
where
    K: Clone + Send + 'static,
    T: Serialize + Send,
    R: Fn(Vec<K>) -> F + Send + 'static,
    F: Future<Output = Result<(Vec<T>, usize)>> + Send,
{
    let keys = VecDeque::from(keys.to_vec());
    let first = (!keys.is_empty()).then_some(keys);
    pages(first, move |mut keys| {
        let reading = read(keys.iter().take(BATCH).cloned().collect());
        async move {
            let (found, count) = reading.await?;
            keys.drain(..count.clamp(1, keys.len()));
            Ok((found, (!keys.is_empty()).then_some(keys)))
        }
    })
}

/// The items of a list, without its brackets, page by page: `read` answers what a page holds, and which page is next.
pub fn pages<P, T, R, F>(first: Option<P>, read: R) -> Json
where
    P: Send + 'static,
    T: Serialize + Send,
    R: Fn(P) -> F + Send + 'static,
    F: Future<Output = Result<(Vec<T>, Option<P>)>> + Send,
{
    // It is read after the request's own future has answered.
    let span = Span::current();
    stream::try_unfold((first, read, false), async |(page, read, is_begun)| {
        let Some(page) = page else {
            return Ok(None);
        };
        let (found, next) = read(page).await.map_err(std::io::Error::other)?;
        let json = joined(&found, is_begun)?;
        let is_begun = is_begun || !json.is_empty();
        Ok(Some((Bytes::from(json), (next, read, is_begun))))
    })
    .inspect_err(move |error| {
        tracing::error!(parent: &span, %error, "a list could not be read to its end");
    })
    .boxed()
}

fn joined<T: Serialize>(items: &[T], is_begun: bool) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::new();
    for item in items {
        if is_begun || !json.is_empty() {
            json.push(b',');
        }
        serde_json::to_writer(&mut json, item)?;
    }
    Ok(json)
}

/// An object whose property `name` is a list of `items`.
///
/// # Errors
/// When the object cannot be written as JSON.
pub fn object(object: &impl Serialize, name: &str, items: Json) -> Result<Json> {
    let mut json = serde_json::to_value(object).map_err(ApiError::internal)?;
    if let Some(object) = json.as_object_mut() {
        object.remove(name);
    }
    let whole = json.to_string();
    let open = whole.strip_suffix('}').unwrap_or(&whole);
    Ok(text(format!("{open},\"{name}\":["))
        .chain(items)
        .chain(text("]}"))
        .boxed())
}

/// Cuts off an answer that has begun.
#[must_use]
pub fn failed(error: ApiError) -> Json {
    stream::once(async move { Err(std::io::Error::other(error)) }).boxed()
}

/// A list of what is streamed already.
#[must_use]
pub fn list(items: Vec<Json>) -> Json {
    bracketed(parted(items))
}

/// What is streamed already, parted by commas, each begun when the one before has ended.
pub fn parted<I>(items: I) -> Json
where
    I: IntoIterator<Item = Json>,
    I::IntoIter: Send + 'static,
{
    let separated = items.into_iter().enumerate().map(|(position, item)| {
        let separator = if position == 0 { "" } else { "," };
        text(separator).chain(item)
    });
    stream::iter(separated).flatten().boxed()
}

/// A list of `items` that are parted by commas already.
#[must_use]
pub fn bracketed(items: Json) -> Json {
    text("[").chain(items).chain(text("]")).boxed()
}

fn text(text: impl Into<Bytes>) -> Json {
    let text = text.into();
    stream::once(async move { Ok(text) }).boxed()
}

/// The answer to a request.
#[must_use]
pub fn answer(status: StatusCode, json: Json) -> Response {
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    (status, content_type, Body::from_stream(json)).into_response()
}
