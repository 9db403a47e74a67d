//! The build of another app, in a folder that the operator names: its files as they lie there, and `FILE.br` or `FILE.gz`
//! beside one for those who take that.

use std::path::Path;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use tower_http::services::ServeDir;

use super::policy::content_security_policy;
use super::{KEPT, PAGE, REVALIDATED, insert_into_head};
use kallitype_web::error::ApiError;

/// A folder in the address of what is named by its contents, as SvelteKit builds it.
const IMMUTABLE: &str = "/immutable/";

/// The page, with something more in its head. It is read each time, so that a new build is there at once.
pub(super) async fn page(folder: &Path, tags: &str) -> Response {
    let text = match tokio::fs::read_to_string(folder.join(PAGE)).await {
        Ok(text) => text,
        Err(error) => {
            tracing::error!(%error, folder = %folder.display(), "the page of --web cannot be read");
            return ApiError::internal("the page of --web cannot be read").into_response();
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, REVALIDATED.to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            content_security_policy(&text),
        ),
    ];
    let body = insert_into_head(&text, tags).unwrap_or(text);
    (headers, body).into_response()
}

/// The file under an address; `None` where there is none that is meant for others.
pub(super) async fn file(folder: &Path, request: &Parts) -> Option<Response> {
    let path = request.uri.path();
    if path
        .split('/')
        .any(|name| name.starts_with('.') || name.starts_with("%2e") || name.starts_with("%2E"))
    {
        return None;
    }
    let asked = Request::from_parts(request.clone(), Body::empty());
    let mut files = ServeDir::new(folder)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let found = files.try_call(asked).await;
    let mut found = found
        .inspect_err(|error| tracing::warn!(%error, path, "a file of --web cannot be read"))
        .ok()?;
    if found.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let cache = match path.contains(IMMUTABLE) {
        true => KEPT,
        false => REVALIDATED,
    };
    let headers = found.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Some(found.map(Body::new))
}
