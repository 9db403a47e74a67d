//! Where the provider may send people back to: these addresses, exactly, and no others.

use http::HeaderMap;

use crate::app::origin::addresses;
use crate::config::SystemConfigDto;

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
pub(crate) fn allowed(
    config: &SystemConfigDto,
    headers: &HeaderMap,
    wanted: &str,
) -> Option<String> {
    if MOBILE_SPELLINGS.contains(&wanted) {
        let oauth = &config.oauth;
        return Some(match oauth.mobile_override_enabled {
            true => oauth.mobile_redirect_uri.clone(),
            false => MOBILE.to_owned(),
        });
    }
    let is_page = |base: &String| PAGES.iter().any(|page| wanted == format!("{base}{page}"));
    addresses(config, headers)
        .iter()
        .any(is_page)
        .then(|| wanted.to_owned())
}
