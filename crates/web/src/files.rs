//! Serving stored files: conditional requests, ranges, and headers that keep content from acting.

use std::io;
use std::ops::Range;
use std::time::SystemTime;

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{ApiError, Result};
use crate::file_readers::{Content, FileReaders, Source};

/// How many ranges one request may ask for; with more it gets the whole file.
pub const MAX_RANGES: usize = 16;

/// How often the record of a file is read whose file is gone: it may have been replaced after the record was read and before
/// it was opened.
pub const MAX_READS: usize = 3;

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
    pub source: Source,
    /// What it is called where it is saved; may hold anything.
    pub name: &'a str,
    pub mime: &'static str,
    /// Changes whenever the bytes do.
    pub tag: &'a str,
    pub cache: CachePolicy,
}

/// How long whoever was given a file may show it again without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    /// Not at all: tomorrow it may be locked. What they have is good as long as its tag is.
    Revalidate,
    OneDay,
}

impl CachePolicy {
    fn cache_control(self) -> &'static str {
        match self {
            Self::Revalidate => "private, no-cache, no-transform",
            Self::OneDay => "private, max-age=86400, no-transform",
        }
    }
}

/// The answer to a GET or HEAD for a file: 200, 206, 304 or 416; `None` when it is not there. A file whose tag the
/// client knows is not opened.
///
/// # Errors
/// When the file cannot be read.
pub async fn serve(
    readers: &FileReaders,
    request: &HeaderMap,
    served: Served<'_>,
) -> Result<Option<Response>> {
    let tag = format!("\"{}\"", served.tag);
    let not_modified = || Response::builder().status(StatusCode::NOT_MODIFIED);
    let knows_tag = knows_tag(request, &tag);
    if knows_tag == Some(true) {
        return finish(not_modified(), &served, &tag, None, Body::empty()).map(Some);
    }
    let opened = match readers.open(served.source.clone()).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let (length, modified) = (opened.metadata.len(), opened.metadata.modified().ok());
    if knows_tag.is_none() && knows_date(request, modified) {
        return finish(not_modified(), &served, &tag, modified, Body::empty()).map(Some);
    }
    let parts = match range_applies(request, &tag, modified) {
        true => wanted(request, length),
        false => Wanted::Whole,
    };
    let file = OpenFile {
        readers,
        content: opened.content,
        length,
        modified,
    };
    answer(&file, &served, &tag, parts).map(Some)
}

/// A file that parts are taken of.
struct OpenFile<'a> {
    readers: &'a FileReaders,
    content: Content,
    length: u64,
    modified: Option<SystemTime>,
}

fn answer(file: &OpenFile<'_>, served: &Served<'_>, tag: &str, wanted: Wanted) -> Result<Response> {
    let length = file.length;
    let builder = Response::builder().header(header::ACCEPT_RANGES, "bytes");
    let (builder, body) = match wanted {
        Wanted::Whole => {
            let builder = builder
                .header(header::CONTENT_TYPE, served.mime)
                .header(header::CONTENT_LENGTH, length);
            (builder, file.body(0..length))
        }
        Wanted::Nothing => return out_of_range(length),
        Wanted::Parts(parts) => match parts.as_slice() {
            [only] => {
                let builder = builder
                    .status(StatusCode::PARTIAL_CONTENT)
                    .header(header::CONTENT_TYPE, served.mime)
                    .header(header::CONTENT_RANGE, content_range(only, length))
                    .header(header::CONTENT_LENGTH, only.end - only.start);
                (builder, file.body(only.clone()))
            }
            several => {
                let (boundary, size, body) = multipart(file, several, served.mime);
                let kind = format!("multipart/byteranges; boundary={boundary}");
                let builder = builder
                    .status(StatusCode::PARTIAL_CONTENT)
                    .header(header::CONTENT_TYPE, kind)
                    .header(header::CONTENT_LENGTH, size);
                (builder, body)
            }
        },
    };
    finish(builder, served, tag, file.modified, body)
}

fn out_of_range(length: u64) -> Result<Response> {
    let mut refused =
        axum::response::IntoResponse::into_response(ApiError::range_not_satisfiable());
    let range = HeaderValue::from_str(&format!("bytes */{length}")).map_err(ApiError::internal)?;
    refused.headers_mut().insert(header::CONTENT_RANGE, range);
    Ok(refused)
}

impl OpenFile<'_> {
    fn body(&self, part: Range<u64>) -> Body {
        match &self.content {
            Content::Small(bytes) => Body::from(slice(bytes, &part)),
            Content::Large(file) => Body::from_stream(self.readers.read(file.clone(), part)),
        }
    }
}

/// A part of bytes that lies within them.
fn slice(bytes: &Bytes, part: &Range<u64>) -> Bytes {
    let position =
        |place: u64| usize::try_from(place).map_or(bytes.len(), |place| place.min(bytes.len()));
    bytes.slice(position(part.start)..position(part.end))
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
        .header(header::CACHE_CONTROL, served.cache.cache_control())
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

/// Whether the client has these very bytes, by their tag; `None` when it names no tags, so that their date counts.
fn knows_tag(request: &HeaderMap, tag: &str) -> Option<bool> {
    let mut tags = text(request, &header::IF_NONE_MATCH)?
        .split(',')
        .map(str::trim);
    Some(tags.any(|known| known == "*" || known.trim_start_matches("W/") == tag))
}

/// Whether the client has these very bytes, by their date.
fn knows_date(request: &HeaderMap, modified: Option<SystemTime>) -> bool {
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

/// Several ranges in one body: boundary, length and bytes.
fn multipart(file: &OpenFile<'_>, parts: &[Range<u64>], mime: &str) -> (String, u64, Body) {
    let boundary = uuid::Uuid::new_v4().simple().to_string();
    let mut size = 0;
    let mut pieces = Vec::new();
    for part in parts {
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: {mime}\r\nContent-Range: {}\r\n\r\n",
            content_range(part, file.length)
        );
        size += head.len() as u64 + (part.end - part.start);
        pieces.push(Body::from(head).into_data_stream());
        pieces.push(file.body(part.clone()).into_data_stream());
    }
    let tail = format!("\r\n--{boundary}--\r\n");
    size += tail.len() as u64;
    pieces.push(Body::from(tail).into_data_stream());
    let body = Body::from_stream(stream::iter(pieces).flatten());
    (boundary, size, body)
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
