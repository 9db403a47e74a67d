//! Which credential a request carries, and the random secrets that credentials are.

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use rand::distr::{Alphanumeric, SampleString};
use sha2::{Digest, Sha256};

use crate::cookies;
use crate::cookies::cookie;

/// So many letters and digits hold 256 bits.
const SECRET_LENGTH: usize = 43;

/// A random secret of 256 bits, in letters and digits only: it has to pass for a word on command lines.
#[must_use]
pub fn new_secret() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), SECRET_LENGTH)
}

/// A credential as it was presented, in the order in which they are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    LinkKey(String),
    LinkSlug(String),
    Session(String),
    /// A session's token that a browser sends along by itself.
    Cookie(String),
    ApiKey(String),
}

impl Credential {
    /// Whether a browser sends it, or a part of it, along with whatever any page has it send.
    #[must_use]
    pub fn is_by_cookie(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::Cookie(_) => true,
            // With what shows that the link's password was given.
            Self::LinkKey(_) | Self::LinkSlug(_) => cookie(headers, cookies::SHARED_LINK).is_some(),
            Self::Session(_) | Self::ApiKey(_) => false,
        }
    }
}

/// Stands in the extensions of a request that is to change something, and whose credential is a cookie.
#[derive(Debug, Clone, Copy)]
pub struct ByCookie;

/// Random secrets are stored and compared as their SHA-256.
#[must_use]
pub fn hash_secret(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The first credential of a request; the first one decides, a bad one is not skipped.
#[must_use]
pub fn credential(headers: &HeaderMap, query: &str) -> Option<Credential> {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let queried = |name: &str| query_value(query, name);
    let bearer = || {
        let authorization = header("authorization")?;
        let (scheme, token) = authorization.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim().to_owned())
    };
    let link_key = queried("key")
        .or_else(|| header("x-immich-share-key"))
        .map(Credential::LinkKey);
    let link_slug = || {
        queried("slug")
            .or_else(|| header("x-immich-share-slug"))
            .map(Credential::LinkSlug)
    };
    let session = || {
        header("x-immich-user-token")
            .or_else(|| header("x-immich-session-token"))
            .or_else(|| queried("sessionKey"))
            .or_else(bearer)
            .map(Credential::Session)
            .or_else(|| cookie(headers, cookies::ACCESS_TOKEN).map(Credential::Cookie))
    };
    let api_key = || {
        header("x-api-key")
            .or_else(|| queried("apiKey"))
            .map(Credential::ApiKey)
    };
    link_key
        .or_else(link_slug)
        .or_else(session)
        .or_else(api_key)
}

/// The first value of a query parameter, decoded; an empty one counts as absent.
#[must_use]
pub fn query_value(query: &str, name: &str) -> Option<String> {
    let value = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)?
        .1;
    let value = percent_decode_str(&value.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned();
    (!value.is_empty()).then_some(value)
}
