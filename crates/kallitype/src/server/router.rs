//! The router: every feature's routes in one table, and what all answers share.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, header};
use tower_http::catch_panic::CatchPanicLayer;

use super::authentication::Credentials;
use super::compression::compress;
use super::docs;
use super::observation::observe;
use crate::app::guard::Authenticator;
use crate::app::routes::{Route, Routes};
use crate::app::state::App;
use crate::features::{
    activities, albums, api_keys, assets, auth, jobs, notifications, oauth, partners, server_info,
    sessions, shared_links, tags, users,
};
use kallitype_web::budget::Held;
use kallitype_web::error::ApiError;
use kallitype_web::openapi;

/// What a page of this server may do: nothing that is not its own.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

fn gather(authenticator: Option<Arc<dyn Authenticator>>) -> Routes {
    Routes::new(authenticator)
        .feature(assets::routes)
        .feature(auth::routes)
        .feature(oauth::routes)
        .feature(users::routes)
        .feature(users::admin::routes)
        .feature(api_keys::routes)
        .feature(sessions::routes)
        .feature(shared_links::routes)
        .feature(albums::routes)
        .feature(activities::routes)
        .feature(partners::routes)
        .feature(tags::routes)
        .feature(jobs::routes)
        .feature(notifications::routes)
        .feature(server_info::routes)
        .feature(docs::routes)
}

/// Every route with who may call it.
#[must_use]
pub fn route_table() -> Vec<Route> {
    gather(None).finish().2
}

/// The OpenAPI document.
///
/// # Errors
/// When it cannot be written as JSON, which no input causes.
pub(crate) fn describe_api() -> serde_json::Result<serde_json::Value> {
    openapi::document(&gather(None).finish().1)
}

/// The whole server as one service.
pub(crate) fn router(app: App) -> Router {
    let (routes, _, _) = gather(Some(Arc::new(Credentials(app.clone())))).finish();
    routes
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_route)
        .layer(CatchPanicLayer::custom(|_| {
            ApiError::internal("a handler stopped in the middle").into_response()
        }))
        .layer(from_fn(hold))
        .layer(from_fn(harden))
        .layer(from_fn(whole_for_head))
        .layer(from_fn(compress))
        .layer(from_fn_with_state(app.clone(), observe))
        .with_state(app)
}

async fn no_such_route(request: Request) -> ApiError {
    ApiError::not_found(format!(
        "Cannot {} {}",
        request.method(),
        request.uri().path()
    ))
}

/// Ranges are for GET alone: HEAD tells of the whole.
async fn whole_for_head(mut request: Request, next: Next) -> Response {
    if request.method() == Method::HEAD {
        request.headers_mut().remove(header::RANGE);
    }
    next.run(request).await
}

/// Counts what a request's body takes until it is answered.
async fn hold(mut request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let held = Held::default();
    request.extensions_mut().insert(held.clone());
    let response = next.run(request).await;
    drop(held);
    response
}

/// Headers that keep browsers from doing what no one asked for.
async fn harden(request: Request, next: Next) -> Response {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    ];
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
