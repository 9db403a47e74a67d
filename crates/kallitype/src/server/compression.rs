//! Answers that are sent compressed to clients that take it: text without secrets. Files are sent as they are.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower::{Layer, ServiceExt};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// Answers below this many bytes fit into one packet anyway.
const MIN_BYTES: u64 = 1024;

/// What is compressed, by the beginning of its type.
const TEXTS: [&str; 4] = [
    "application/json",
    "text/html",
    "text/javascript",
    "text/css",
];

/// Where answers may hold tokens, keys or passwords. Beside text of someone else's choice, the length of a compressed
/// answer tells how alike the two are; tried often enough, it tells the secret.
const SECRETS: [&str; 8] = [
    "/api/auth/",
    "/api/oauth/",
    "/api/api-keys",
    "/api/sessions",
    "/api/shared-links",
    "/api/system-config",
    "/share/",
    "/s/",
];

/// Compresses an answer if that is wanted and good. Requests that do not ask for it pass as if it was not there.
pub(crate) async fn compress(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let may_be_secret = SECRETS.iter().any(|start| path.starts_with(start));
    if may_be_secret || !takes_compression(request.headers()) {
        return next.run(request).await;
    }
    let compressing = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(MIN_BYTES).and(is_text));
    match compressing.layer(next).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

fn takes_compression(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut accepted = accepted.filter_map(|line| line.to_str().ok());
    accepted.any(|line| line.contains("gzip") || line.contains("zstd"))
}

/// Whether an answer is text that may be sent in another form. What has a tag is promised byte for byte.
fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = value(header::CONTENT_TYPE).unwrap_or_default();
    let is_fixed = value(header::CACHE_CONTROL).is_some_and(|rules| rules.contains("no-transform"));
    let is_tagged = headers.contains_key(header::ETAG);
    TEXTS.iter().any(|text| content_type.starts_with(text)) && !is_fixed && !is_tagged
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::time::Duration;

    use axum::Router;
    use axum::body::Bytes;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use flate2::read::GzDecoder;
    use futures_util::{StreamExt, stream};

    use super::*;

    const BEGINNING: &str = "[\"the first of many\"";

    /// A list whose rest never comes.
    async fn list() -> ([(header::HeaderName, &'static str); 1], Body) {
        let begun = stream::once(async { Ok::<_, std::io::Error>(Bytes::from(BEGINNING)) });
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (kind, Body::from_stream(begun.chain(stream::pending())))
    }

    /// As much as can be read of what has come so far.
    fn read(encoding: &str, arrived: &[u8]) -> Vec<u8> {
        let mut decoder: Box<dyn Read> = match encoding {
            "gzip" => Box::new(GzDecoder::new(arrived)),
            _ => Box::new(zstd::Decoder::new(arrived).unwrap()),
        };
        let mut text = Vec::new();
        // It complains that there is no end.
        drop(decoder.read_to_end(&mut text));
        text
    }

    #[tokio::test]
    async fn what_is_streamed_is_not_held_back() {
        let router = Router::new().route("/", get(list)).layer(from_fn(compress));
        for encoding in ["gzip", "zstd"] {
            let request = Request::get("/").header(header::ACCEPT_ENCODING, encoding);
            let request = request.body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.headers()[header::CONTENT_ENCODING], encoding);
            let mut body = response.into_body().into_data_stream();
            let mut arrived = Vec::new();
            let waiting = async {
                while read(encoding, &arrived) != BEGINNING.as_bytes() {
                    arrived.extend(body.next().await.unwrap().unwrap());
                }
            };
            let waited = tokio::time::timeout(Duration::from_secs(10), waiting).await;
            assert!(waited.is_ok(), "{encoding} keeps the beginning back");
        }
    }
}
