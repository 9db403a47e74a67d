//! The cookies that browsers sign in with.

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

/// How long browsers keep a cookie: 400 days, the longest they accept.
const MAX_AGE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// The value of a request's cookie.
#[must_use]
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.trim_matches('"').to_owned())
}

/// A cookie to be set; scripts see it only if `readable`.
///
/// # Errors
/// When the value cannot stand in a header.
pub fn set(name: &str, value: &str, secure: bool, readable: bool) -> Result<HeaderValue> {
    let http_only = if readable { "" } else { "; HttpOnly" };
    write(name, value, MAX_AGE_SECONDS, http_only, secure)
}

/// A cookie that scripts do not see and that is kept for some seconds.
///
/// # Errors
/// When the value cannot stand in a header.
pub fn set_for(seconds: u32, name: &str, value: &str, secure: bool) -> Result<HeaderValue> {
    write(name, value, seconds, "; HttpOnly", secure)
}

fn write(
    name: &str,
    value: &str,
    seconds: u32,
    http_only: &str,
    secure: bool,
) -> Result<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let line =
        format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{http_only}{secure}");
    HeaderValue::from_str(&line).map_err(ApiError::internal)
}

/// Takes a cookie back.
///
/// # Errors
/// Never for the names above.
pub fn clear(name: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(&format!("{name}=; Path=/; Max-Age=0; SameSite=Lax"))
        .map_err(ApiError::internal)
}
