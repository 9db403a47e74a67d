//! Serving stored files: conditional requests, ranges, and headers that keep content from acting.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{ApiError, Result};

/// Files up to this size are read in one go where they are asked for.
const INLINE_READ_LIMIT: u64 = 512 << 10;

/// How much of a larger file is read at a time.
const CHUNK: u64 = 512 << 10;

/// How many ranges one request may ask for; with more it gets the whole file.
pub const MAX_RANGES: usize = 16;

/// What of a name may stand in a header as it is.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Media shown by itself may not run anything.
const SANDBOX: &str = "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'";

/// A file to be given out.
pub struct Served<'a> {
    pub file: File,
    /// What it is called where it is saved; may hold anything.
    pub name: &'a str,
    pub mime: &'static str,
    /// Changes whenever the bytes do.
    pub tag: &'a str,
}

/// The answer to a GET or HEAD for a file: 200, 206, 304 or 416.
///
/// # Errors
/// When the file cannot be read.
pub fn serve(request: &HeaderMap, served: Served<'_>) -> Result<Response> {
    let metadata = served.file.metadata()?;
    let (length, modified) = (metadata.len(), metadata.modified().ok());
    let tag = format!("\"{}\"", served.tag);
    if is_unchanged(request, &tag, modified) {
        return finish(
            Response::builder().status(StatusCode::NOT_MODIFIED),
            &served,
            &tag,
            modified,
            Body::empty(),
        );
    }
    let ranges = if range_applies(request, &tag, modified) {
        wanted(request, length)
    } else {
        Wanted::Whole
    };
    let file = Arc::new(served.file.try_clone()?);
    let builder = Response::builder().header(header::ACCEPT_RANGES, "bytes");
    match ranges {
        Wanted::Whole => {
            let builder = builder
                .header(header::CONTENT_TYPE, served.mime)
                .header(header::CONTENT_LENGTH, length);
            finish(
                builder,
                &served,
                &tag,
                modified,
                read_body(&file, 0..length)?,
            )
        }
        Wanted::Nothing => {
            let mut refused =
                axum::response::IntoResponse::into_response(ApiError::range_not_satisfiable());
            let range =
                HeaderValue::from_str(&format!("bytes */{length}")).map_err(ApiError::internal)?;
            refused.headers_mut().insert(header::CONTENT_RANGE, range);
            Ok(refused)
        }
        Wanted::Parts(parts) => match parts.as_slice() {
            [only] => {
                let builder = builder
                    .status(StatusCode::PARTIAL_CONTENT)
                    .header(header::CONTENT_TYPE, served.mime)
                    .header(header::CONTENT_RANGE, content_range(only, length))
                    .header(header::CONTENT_LENGTH, only.end - only.start);
                finish(
                    builder,
                    &served,
                    &tag,
                    modified,
                    read_body(&file, only.clone())?,
                )
            }
            several => {
                let (boundary, size, body) = multipart(&file, several, length, served.mime);
                let builder = builder
                    .status(StatusCode::PARTIAL_CONTENT)
                    .header(
                        header::CONTENT_TYPE,
                        format!("multipart/byteranges; boundary={boundary}"),
                    )
                    .header(header::CONTENT_LENGTH, size);
                finish(builder, &served, &tag, modified, body)
            }
        },
    }
}

fn finish(
    builder: http::response::Builder,
    served: &Served<'_>,
    tag: &str,
    modified: Option<SystemTime>,
    body: Body,
) -> Result<Response> {
    let name = utf8_percent_encode(served.name, NAME);
    let mut builder = builder
        .header(header::ETAG, tag)
        .header(
            header::CACHE_CONTROL,
            "private, max-age=86400, no-transform",
        )
        .header(
            header::CONTENT_DISPOSITION,
            format!("inline; filename*=UTF-8''{name}"),
        )
        .header(header::CONTENT_SECURITY_POLICY, SANDBOX);
    if let Some(modified) = modified.filter(|time| *time >= SystemTime::UNIX_EPOCH) {
        builder = builder.header(header::LAST_MODIFIED, httpdate::fmt_http_date(modified));
    }
    builder.body(body).map_err(ApiError::internal)
}

fn text<'a>(request: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    request.get(name)?.to_str().ok()
}

/// Whether the client has these very bytes. A tag decides alone; only without one does the date count.
fn is_unchanged(request: &HeaderMap, tag: &str, modified: Option<SystemTime>) -> bool {
    if let Some(tags) = text(request, &header::IF_NONE_MATCH) {
        return tags
            .split(',')
            .map(str::trim)
            .any(|known| known == "*" || known.trim_start_matches("W/") == tag);
    }
    let since = text(request, &header::IF_MODIFIED_SINCE)
        .and_then(|date| httpdate::parse_http_date(date).ok());
    since
        .zip(modified)
        .is_some_and(|(since, modified)| whole_seconds(modified) <= since)
}

/// A range is only meant for the bytes that the client knows.
fn range_applies(request: &HeaderMap, tag: &str, modified: Option<SystemTime>) -> bool {
    let Some(condition) = text(request, &header::IF_RANGE) else {
        return true;
    };
    match httpdate::parse_http_date(condition) {
        Ok(date) => modified.is_some_and(|modified| whole_seconds(modified) == date),
        Err(_) => condition == tag,
    }
}

/// HTTP dates have no fractions of seconds.
fn whole_seconds(time: SystemTime) -> SystemTime {
    let nanoseconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.subsec_nanos());
    time - std::time::Duration::from_nanos(nanoseconds.into())
}

/// What of a file is asked for.
#[derive(Debug, PartialEq)]
pub enum Wanted {
    Whole,
    /// Only what lies outside the file.
    Nothing,
    Parts(Vec<Range<u64>>),
}

pub fn wanted(request: &HeaderMap, length: u64) -> Wanted {
    let Some(list) = text(request, &header::RANGE).and_then(|range| range.strip_prefix("bytes="))
    else {
        return Wanted::Whole;
    };
    let ranges: Vec<&str> = list
        .split(',')
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .collect();
    if ranges.is_empty() || ranges.len() > MAX_RANGES {
        return Wanted::Whole;
    }
    let mut parts = Vec::new();
    for range in ranges {
        match parse_range(range, length) {
            // What is not understood is passed over, as the standard says: the whole file is a right answer.
            None => return Wanted::Whole,
            Some(part) if part.is_empty() => {}
            Some(part) => parts.push(part),
        }
    }
    let mut lengths = parts.iter().map(|part| part.end - part.start);
    let asked = lengths.try_fold(0, u64::checked_add);
    match parts.as_slice() {
        [] => Wanted::Nothing,
        // Ranges that overlap so much cost more than the file itself.
        _ if asked.is_none_or(|asked| asked > length) => Wanted::Whole,
        _ => Wanted::Parts(parts),
    }
}

/// The bytes that one range means, cut to the file; empty when it lies outside.
fn parse_range(range: &str, length: u64) -> Option<Range<u64>> {
    let (first, last) = range.split_once('-')?;
    if first.is_empty() {
        let suffix = number(last)?;
        return Some(length.saturating_sub(suffix)..length);
    }
    let first = number(first)?;
    let last = if last.is_empty() {
        u64::MAX
    } else {
        number(last)?
    };
    if last < first {
        return None;
    }
    let end = last.saturating_add(1).min(length);
    Some(first.min(end)..end)
}

/// Digits, without the sign that Rust would take.
fn number(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn content_range(part: &Range<u64>, length: u64) -> String {
    format!("bytes {}-{}/{length}", part.start, part.end - 1)
}

/// The bytes of one range, read at once when there are few.
fn read_body(file: &Arc<File>, part: Range<u64>) -> Result<Body> {
    let length = part.end - part.start;
    if length > INLINE_READ_LIMIT {
        return Ok(Body::from_stream(read_stream(file.clone(), part)));
    }
    Ok(Body::from(read_at(file, part)?))
}

fn read_at(file: &File, part: Range<u64>) -> io::Result<Bytes> {
    let length = usize::try_from(part.end - part.start).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, part.start)?;
    Ok(bytes.into())
}

/// The bytes of a long range, a chunk at a time.
fn read_stream(
    file: Arc<File>,
    part: Range<u64>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::unfold(part, move |left| {
        let file = file.clone();
        async move {
            if left.is_empty() {
                return None;
            }
            let end = left.end.min(left.start + CHUNK);
            let chunk = left.start..end;
            let read = tokio::task::spawn_blocking(move || read_at(&file, chunk)).await;
            let read = read.map_err(io::Error::other).flatten();
            // After an error nothing more is read: the connection is cut, so that no one takes half for whole.
            let next = if read.is_ok() {
                end..left.end
            } else {
                left.end..left.end
            };
            Some((read, next))
        }
    })
}

/// Several ranges in one body: boundary, length and bytes.
fn multipart(
    file: &Arc<File>,
    parts: &[Range<u64>],
    length: u64,
    mime: &str,
) -> (String, u64, Body) {
    let boundary = uuid::Uuid::new_v4().simple().to_string();
    let mut size = 0;
    let mut pieces = Vec::new();
    for part in parts {
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: {mime}\r\nContent-Range: {}\r\n\r\n",
            content_range(part, length)
        );
        size += head.len() as u64 + (part.end - part.start);
        pieces.push(stream::once(std::future::ready(Ok(Bytes::from(head)))).left_stream());
        pieces.push(read_stream(file.clone(), part.clone()).right_stream());
    }
    let tail = format!("\r\n--{boundary}--\r\n");
    size += tail.len() as u64;
    let tail = stream::once(std::future::ready(Ok(Bytes::from(tail))));
    (
        boundary,
        size,
        Body::from_stream(stream::iter(pieces).flatten().chain(tail)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &'static str, length: u64) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(range));
        wanted(&headers, length)
    }

    fn parts(range: &'static str) -> Vec<(u64, u64)> {
        match of(range, 10) {
            Wanted::Parts(parts) => parts.iter().map(|part| (part.start, part.end)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn ranges_are_cut_to_the_file() {
        assert_eq!(parts("bytes=0-0"), [(0, 1)]);
        assert_eq!(parts("bytes=4-"), [(4, 10)]);
        assert_eq!(parts("bytes=4-99"), [(4, 10)]);
        assert_eq!(parts("bytes=-3"), [(7, 10)]);
        assert_eq!(parts("bytes=-30"), [(0, 10)]);
        assert_eq!(parts("bytes=0-1, 8-"), [(0, 2), (8, 10)]);
        assert_eq!(parts("bytes=0-18446744073709551615"), [(0, 10)]);
    }

    #[test]
    fn ranges_outside_the_file_are_refused_and_nonsense_is_ignored() {
        assert_eq!(of("bytes=10-", 10), Wanted::Nothing);
        assert_eq!(of("bytes=-0", 10), Wanted::Nothing);
        assert_eq!(of("bytes=5-2", 10), Wanted::Whole);
        assert_eq!(of("bytes=x-y", 10), Wanted::Whole);
        assert_eq!(of("bytes=+1-+2", 10), Wanted::Whole);
        assert_eq!(of("bytes=0-,0-", u64::MAX), Wanted::Whole);
        assert_eq!(of("lines=1-2", 10), Wanted::Whole);
    }
}
