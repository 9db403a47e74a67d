//! The router: every feature's routes in one table, and what all answers share.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::NormalizePath;

use super::authentication::Credentials;
use super::clients::limit_clients;
use super::compression::compress;
use super::docs;
use super::observation::observe;
use super::web_app;
use super::websocket;
use super::websocket::Websockets;
use crate::app::guard::Authenticator;
use crate::app::routes::{Route, Routes};
use crate::app::state::App;
use crate::features::{
    activities, albums, api_keys, assets, auth, download, duplicates, faces, jobs, libraries, map,
    memories, notifications, oauth, partners, people, search, server_info, sessions, shared_links,
    stacks, sync, system_config, system_metadata, tags, timeline, trash, upkeep, users, view,
};
use kallitype_web::budget::Held;
use kallitype_web::error::ApiError;
use kallitype_web::openapi;

/// What a page of this server may do: nothing that is not its own. Text becomes script nowhere but through the policies
/// named here, of which one is for the app's own workers and the other for the templates it was compiled to.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types kallitype svelte-trusted-html";

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
        .feature(stacks::routes)
        .feature(tags::routes)
        .feature(people::routes)
        .feature(faces::routes)
        .feature(timeline::routes)
        .feature(search::routes)
        .feature(trash::routes)
        .feature(map::routes)
        .feature(download::routes)
        .feature(duplicates::routes)
        .feature(view::routes)
        .feature(memories::routes)
        .feature(sync::routes)
        .feature(jobs::routes)
        .feature(libraries::routes)
        .feature(notifications::routes)
        .feature(server_info::routes)
        .feature(system_config::routes)
        .feature(system_metadata::routes)
        .feature(upkeep::routes)
        .feature(docs::routes)
        .feature(web_app::routes)
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
pub(crate) fn router(app: App, websockets: &Websockets) -> Router {
    let (routes, _, _) = gather(Some(Arc::new(Credentials(app.clone())))).finish();
    // Who is not let in is told so by the websocket, so it has no door.
    let websocket = get(websocket::open).layer(Extension(websockets.sockets()));
    let router = routes
        .route(websocket::PATH, websocket)
        .fallback(web_app::open)
        .method_not_allowed_fallback(web_app::open)
        .layer(CatchPanicLayer::custom(|_| {
            ApiError::internal("a handler stopped in the middle").into_response()
        }))
        .layer(from_fn_with_state(app.clone(), limit_clients))
        .layer(from_fn(surround))
        .layer(from_fn(compress))
        .layer(from_fn_with_state(app.clone(), observe))
        .with_state(app);
    // Before a route is chosen: with a slash at its end, an address is the same address.
    Router::new().fallback_service(NormalizePath::trim_trailing_slash(router))
}

/// What goes for every request and every answer.
async fn surround(mut request: Request, next: Next) -> Response {
    whole_for_head(&mut request);
    let held = hold(&mut request);
    let mut response = next.run(request).await;
    drop(held);
    harden(response.headers_mut());
    response
}

/// Ranges are for GET alone: HEAD tells of the whole.
fn whole_for_head(request: &mut Request) {
    if request.method() == Method::HEAD {
        request.headers_mut().remove(header::RANGE);
    }
}

/// Counts what a request's body takes, until this is dropped.
fn hold(request: &mut Request) -> Option<Held> {
    if request.method().is_safe() {
        return None;
    }
    let held = Held::default();
    request.extensions_mut().insert(held.clone());
    Some(held)
}

/// Headers that keep browsers from doing what no one asked for.
fn harden(headers: &mut HeaderMap) {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    ];
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}
