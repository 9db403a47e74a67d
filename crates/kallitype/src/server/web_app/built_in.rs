//! Our own app: what `make web` builds of `web/`, held by the program, each file compressed once when it was built.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use rust_embed::{Embed, EmbeddedFile};

use super::{KEPT, PAGE, REVALIDATED, insert_into_head, listed};

/// Debug builds read the folder when they are asked, so that a new build of the app needs none of the server.
#[derive(Embed)]
#[folder = "../../web/build/site"]
#[allow_missing = true]
struct Build;

/// What says that the app was not built.
const MISSING: &str = include_str!("missing.html");

/// Where files lie whose names say what is in them.
const HASHED: &str = "/app/";

/// The encodings that files were compressed in, the best first, with the ends of their names.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The types of files by the ends of their names.
const TYPES: [(&str, &str); 7] = [
    (".html", "text/html; charset=utf-8"),
    (".js", "text/javascript; charset=utf-8"),
    (".css", "text/css; charset=utf-8"),
    (".svg", "image/svg+xml"),
    (".json", "application/json"),
    (".webmanifest", "application/manifest+json"),
    (".txt", "text/plain; charset=utf-8"),
];

/// The page, or what says that there is none.
pub(super) fn page(headers: &HeaderMap) -> Response {
    let missing = || {
        (
            StatusCode::NOT_FOUND,
            [(header::CONTENT_TYPE, content_type(PAGE))],
            MISSING,
        )
    };
    file(&format!("/{PAGE}"), headers).unwrap_or_else(|| missing().into_response())
}

/// The page with something more in its head, which was said to no one else.
pub(super) fn page_with(tags: &str) -> Option<Response> {
    let page = Build::get(PAGE)?;
    let body = insert_into_head(std::str::from_utf8(&page.data).ok()?, tags)?;
    let headers = [
        (header::CONTENT_TYPE, content_type(PAGE)),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Some((headers, body).into_response())
}

/// The file under an address.
pub(super) fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let cache = match path.starts_with(HASHED) {
        true => KEPT,
        false => REVALIDATED,
    };
    let found = find(path.trim_start_matches('/'), headers)?;
    Some(answer(found, headers, cache))
}

/// A file of the app in the best form that a client takes.
struct Found {
    file: EmbeddedFile,
    kind: &'static str,
    encoding: Option<&'static str>,
}

fn find(name: &str, headers: &HeaderMap) -> Option<Found> {
    let kind = content_type(name);
    let compressed = ENCODINGS
        .into_iter()
        .filter(|(encoding, _)| listed(headers, &header::ACCEPT_ENCODING).any(|it| it == *encoding))
        .find_map(|(encoding, end)| Some((Build::get(&format!("{name}{end}"))?, encoding)));
    match compressed {
        Some((file, encoding)) => Some(Found {
            file,
            kind,
            encoding: Some(encoding),
        }),
        None => Build::get(name).map(|file| Found {
            file,
            kind,
            encoding: None,
        }),
    }
}

fn content_type(name: &str) -> &'static str {
    let found = TYPES.into_iter().find(|(end, _)| name.ends_with(end));
    found.map_or("application/octet-stream", |(_, kind)| kind)
}

fn answer(found: Found, request: &HeaderMap, cache: &'static str) -> Response {
    let tag = format!(
        "\"{}\"",
        hex::encode(&found.file.metadata.sha256_hash()[..16])
    );
    let is_known = listed(request, &header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag);
    let (status, body) = match is_known {
        true => (StatusCode::NOT_MODIFIED, Body::empty()),
        false => (StatusCode::OK, Body::from(bytes(found.file.data))),
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, found.kind);
    set(header::CACHE_CONTROL, cache);
    set(header::ETAG, &tag);
    set(header::VARY, "accept-encoding");
    if let Some(encoding) = found.encoding {
        set(header::CONTENT_ENCODING, encoding);
    }
    response
}

fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}
