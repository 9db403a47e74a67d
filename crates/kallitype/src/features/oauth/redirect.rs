//! Where the provider may send people back to: these addresses, exactly, and no others. And which pages may say that
//! someone is back.

use http::{HeaderMap, header};

use crate::config::Settings;

/// What opens the phone apps.
pub(crate) const MOBILE: &str = "app.immich:///oauth-callback";

/// How the apps' address is written besides: libraries for addresses disagree about its empty host.
const MOBILE_SPELLINGS: [&str; 3] = [
    MOBILE,
    "app.immich://oauth-callback",
    "app.immich:/oauth-callback",
];

/// The pages of the web client that signing in and linking begin on.
const PAGES: [&str; 2] = ["/auth/login", "/user-settings"];

/// The address that the provider is told, for one that a client wants to come back to; `None` when it is not one of
/// this server's.
#[must_use]
pub(crate) fn allowed(settings: &Settings, headers: &HeaderMap, wanted: &str) -> Option<String> {
    if MOBILE_SPELLINGS.contains(&wanted) {
        let elsewhere = settings.oauth.mobile_redirect_url.as_ref();
        return Some(elsewhere.map_or_else(|| MOBILE.to_owned(), ToString::to_string));
    }
    let is_page = |base: &String| PAGES.iter().any(|page| wanted == format!("{base}{page}"));
    bases(settings, headers)
        .iter()
        .any(is_page)
        .then(|| wanted.to_owned())
}

/// Whether a request comes from a page of this server's, or from no page at all. Browsers say which it is.
#[must_use]
pub(crate) fn is_from_here(settings: &Settings, headers: &HeaderMap) -> bool {
    headers.get(header::ORIGIN).is_none_or(|origin| {
        let origin = origin.as_bytes();
        bases(settings, headers)
            .iter()
            .any(|base| base.as_bytes() == origin)
    })
}

/// The server's addresses: the one in its settings, and the one it is asked under, whether or not it can tell that a
/// proxy before it speaks TLS.
fn bases(settings: &Settings, headers: &HeaderMap) -> Vec<String> {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let asked = ["http", "https"]
        .into_iter()
        .filter_map(|scheme| Some(format!("{scheme}://{}", host?)));
    let external = settings.external_url.trim_end_matches('/').to_owned();
    asked
        .chain(Some(external).filter(|url| !url.is_empty()))
        .collect()
}
