//! The API's description, and a page to browse it.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};

use crate::app::routes::Routes;
use kallitype_web::error::{ApiError, Result};

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Every page, open to anyone.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page(
            "GET",
            "/api/docs/pages.css",
            get(|| page(STYLE, include_str!("pages.css"))),
        )
        .page(
            "GET",
            "/api/docs",
            get(|| page(HTML, include_str!("api.html"))),
        )
        .page(
            "GET",
            "/api/docs/api.js",
            get(|| page(SCRIPT, include_str!("api.js"))),
        )
        .page("GET", "/api/openapi.json", get(openapi))
}

async fn page(kind: &'static str, body: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, body)
}

/// The document, made once.
async fn openapi() -> Result<Response> {
    static DOCUMENT: OnceLock<Bytes> = OnceLock::new();
    let document = match DOCUMENT.get() {
        Some(document) => document.clone(),
        None => {
            let document = crate::server::router::describe_api().map_err(ApiError::internal)?;
            let bytes = serde_json::to_vec(&document).map_err(ApiError::internal)?;
            DOCUMENT.get_or_init(|| bytes.into()).clone()
        }
    };
    let kind = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, kind)], document).into_response())
}
