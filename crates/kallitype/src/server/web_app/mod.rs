//! The web app: our own, or the build of another one in a folder that the operator names with `--web`.

mod built_in;
mod folder;
mod policy;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, header};

use super::link_preview;
use crate::app::routes::Routes;
use crate::app::state::App;
use kallitype_web::error::ApiError;

/// The app's one page.
pub(crate) const PAGE: &str = "index.html";

/// Before it stands what a page says of itself.
const END_OF_HEAD: &str = "</head>";

/// For files whose names change with what is in them, and for all others.
const KEPT: &str = "public, max-age=31536000, immutable";
const REVALIDATED: &str = "no-cache";

/// The app's one page and the files of our own app, open to anyone. The other addresses of an app are answered by
/// [`open`], since no list of them is kept here.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .page("GET", "/", get(open))
        .page("GET", "/app/{*file}", get(open))
        .page("GET", "/icon.svg", get(open))
        .page("GET", "/app.webmanifest", get(open))
        .page("GET", "/notices.txt", get(open))
        .page("GET", "/share/{key}", get(link_preview::by_key))
        .page("GET", "/s/{slug}", get(link_preview::by_slug))
}

/// A file of the app; the app's page, for an address of its own that someone opens or reloads; or that there is nothing,
/// for a program that asks for something.
pub(crate) async fn open(State(app): State<App>, request: Parts) -> Response {
    let path = request.uri.path();
    let is_read = matches!(request.method, Method::GET | Method::HEAD);
    let found = match (is_read, path) {
        (false, _) => None,
        (true, "/") => Some(page(&app, &request.headers).await),
        (true, _) if is_api(path) => None,
        (true, _) => match file(&app, &request).await {
            None if is_page(&request) => Some(page(&app, &request.headers).await),
            found => found,
        },
    };
    let missing = || ApiError::not_found(format!("Cannot {} {path}", request.method));
    found.unwrap_or_else(|| missing().into_response())
}

/// The app's page as everyone gets it.
pub(super) async fn page(app: &App, headers: &HeaderMap) -> Response {
    match &app.settings.web {
        Some(folder) => folder::page(folder, "").await,
        None => built_in::page(headers),
    }
}

/// The page with something more in its head.
pub(super) async fn page_with(app: &App, headers: &HeaderMap, tags: &str) -> Response {
    match &app.settings.web {
        Some(folder) => folder::page(folder, tags).await,
        None => built_in::page_with(tags).unwrap_or_else(|| built_in::page(headers)),
    }
}

async fn file(app: &App, request: &Parts) -> Option<Response> {
    match &app.settings.web {
        Some(folder) => folder::file(folder, request).await,
        None => built_in::file(request.uri.path(), &request.headers),
    }
}

/// Whether a path is another one, or lies below it.
fn is_below(path: &str, start: &str) -> bool {
    path.strip_prefix(start)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_api(path: &str) -> bool {
    ["/api", "/.well-known"]
        .iter()
        .any(|start| is_below(path, start))
}

/// Browsers that open an address name the type of pages; scripts and programs do not, unless they want one.
fn is_page(request: &Parts) -> bool {
    let is_file = is_below(request.uri.path(), "/app");
    !is_file && listed(&request.headers, &header::ACCEPT).any(|kind| kind == "text/html")
}

/// `None` for a page without a head.
fn insert_into_head(page: &str, tags: &str) -> Option<String> {
    let (before, after) = page.split_once(END_OF_HEAD)?;
    Some(format!("{before}{tags}{END_OF_HEAD}{after}"))
}

/// What a header lists, without what is refused (`;q=0`) and without other parameters.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter();
    let entries = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    entries.filter_map(|entry| {
        let (value, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let weight = parameters.trim().strip_prefix("q=");
        let is_refused = weight.is_some_and(|weight| weight.parse() == Ok(0.0));
        (!is_refused).then_some(value.trim())
    })
}
