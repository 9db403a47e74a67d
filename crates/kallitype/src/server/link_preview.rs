//! The app's page at the addresses of shared links, with what programs show of a link before someone opens it.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::uri::Authority;
use http::{HeaderMap, header};
use maud::html;

use super::web_app;
use crate::app::state::App;
use crate::features::shared_links::preview;
use crate::features::shared_links::preview::Preview;
use kallitype_web::client::Client;
use kallitype_web::credential::Credential;

/// The page of a link that is named by its key.
pub(crate) async fn by_key(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    key: Result<Path<String>, PathRejection>,
) -> Response {
    let credential = key.ok().map(|Path(key)| Credential::LinkKey(key));
    page(&app, client, &headers, credential).await
}

/// The page of a link that has a name of its own.
pub(crate) async fn by_slug(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    slug: Result<Path<String>, PathRejection>,
) -> Response {
    let credential = slug.ok().map(|Path(slug)| Credential::LinkSlug(slug));
    page(&app, client, &headers, credential).await
}

/// The page, which is the same as everywhere for a link that says nothing of itself.
async fn page(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    credential: Option<Credential>,
) -> Response {
    let found = match credential {
        Some(credential) => preview::find(app, credential)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(?error, "a link is opened without its preview");
                None
            }),
        None => None,
    };
    let tags = found.map(|preview| tags(&preview, site(app, client, headers).as_deref()));
    match tags {
        Some(tags) => web_app::page_with(app, headers, &tags).await,
        None => web_app::page(app, headers).await,
    }
}

/// What is said of a link, as Open Graph has it.
fn tags(preview: &Preview, site: Option<&str>) -> String {
    let Preview {
        title,
        description,
        picture,
    } = preview;
    // Pictures are only found under whole addresses.
    let picture = site
        .zip(picture.as_deref())
        .map(|(site, path)| format!("{site}{path}"));
    let card = match picture {
        Some(_) => "summary_large_image",
        None => "summary",
    };
    let tags = html! {
        meta name="description" content=(description);
        meta property="og:type" content="website";
        meta property="og:site_name" content="Kallitype";
        meta property="og:title" content=(title);
        meta property="og:description" content=(description);
        @if let Some(picture) = picture {
            meta property="og:image" content=(picture);
        }
        meta name="twitter:card" content=(card);
    };
    tags.into_string()
}

/// The address that the server is reached under: the one in its settings, or the one it was asked under.
fn site(app: &App, client: Client, headers: &HeaderMap) -> Option<String> {
    let config = app.config();
    let external = config.site();
    if !external.is_empty() {
        return Some(external.to_owned());
    }
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let host: Authority = host.parse().ok()?;
    let scheme = match client.is_secure {
        true => "https",
        false => "http",
    };
    Some(format!("{scheme}://{host}"))
}
