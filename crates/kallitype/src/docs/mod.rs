//! The API's description, a page to browse it, and the page that greets whoever opens the server's address.

use axum::Json;
use axum::response::IntoResponse;
use axum::routing::get;
use http::{HeaderValue, header};

use crate::http::error::{ApiError, Result};
use crate::http::routes::Routes;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Every page, open to anyone.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
        .page("GET", "/", get(|| page(HTML, include_str!("welcome.html"))))
        .page(
            "GET",
            "/welcome.js",
            get(|| page(SCRIPT, include_str!("welcome.js"))),
        )
        .page(
            "GET",
            "/pages.css",
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

/// Made when it is asked for: few ask, and kept it would take more memory than the rest of an idle server.
async fn openapi() -> Result<Json<serde_json::Value>> {
    Ok(Json(
        crate::http::describe_api().map_err(ApiError::internal)?,
    ))
}
