//! The cookies that browsers sign in with.

use cookie::time::Duration;
use cookie::{Cookie, CookieBuilder, SameSite};
use http::{HeaderMap, HeaderValue, header};

use crate::error::{ApiError, Result};

/// The session's token.
pub const ACCESS_TOKEN: &str = "immich_access_token";
/// How the session was begun: `password` or `oauth`.
pub const AUTH_TYPE: &str = "immich_auth_type";
/// Readable by scripts, so that a page knows that someone is signed in.
pub const IS_AUTHENTICATED: &str = "immich_is_authenticated";
/// What the provider has to hand back to the browser that began to sign in there.
pub const OAUTH_STATE: &str = "immich_oauth_state";
/// What shows that it is the same browser.
pub const OAUTH_CODE_VERIFIER: &str = "immich_oauth_code_verifier";
/// What shows that a shared link's password was given.
pub const SHARED_LINK: &str = "immich_shared_link_token";

/// How many days browsers keep a cookie: the most that they accept.
pub const MAX_AGE_DAYS: i64 = 400;
const MAX_AGE: Duration = Duration::days(MAX_AGE_DAYS);

/// The value of a request's cookie.
#[must_use]
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value_trimmed().to_owned())
}

/// A cookie to be set; scripts see it only if `readable`.
///
/// # Errors
/// When the value cannot stand in a header.
pub fn set(name: &str, value: &str, secure: bool, readable: bool) -> Result<HeaderValue> {
    let cookie = Cookie::build((name, value)).max_age(MAX_AGE);
    write(cookie.http_only(!readable).secure(secure))
}

/// A cookie that scripts do not see and that is kept for some seconds.
///
/// # Errors
/// When the value cannot stand in a header.
pub fn set_for(seconds: u32, name: &str, value: &str, secure: bool) -> Result<HeaderValue> {
    let cookie = Cookie::build((name, value)).max_age(Duration::seconds(seconds.into()));
    write(cookie.http_only(true).secure(secure))
}

/// Takes a cookie back.
///
/// # Errors
/// Never for the names above.
pub fn clear(name: &str) -> Result<HeaderValue> {
    write(Cookie::build(name).max_age(Duration::ZERO))
}

fn write(cookie: CookieBuilder<'_>) -> Result<HeaderValue> {
    let cookie = cookie.path("/").same_site(SameSite::Lax).build();
    HeaderValue::from_str(&cookie.to_string()).map_err(ApiError::internal)
}
