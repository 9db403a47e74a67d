//! Which credential a request carries, and whose it is.

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use super::cookies::{self, cookie};
use super::error::{ApiError, Result};
use super::routes::Who;
use super::state::App;
use super::time::now;
use crate::access::{Caller, Identity, Permission, Principal};
use crate::{api_keys, auth, shared_links};

/// A credential as it was presented, in the order in which they are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    LinkKey(String),
    LinkSlug(String),
    Session(String),
    ApiKey(String),
}

/// Microseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

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
            .or_else(|| cookie(headers, cookies::ACCESS_TOKEN))
            .map(Credential::Session)
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

/// Who the request speaks for, if they may call a route for `who`.
///
/// # Errors
/// 401 without a valid credential, 403 with one that the route does not take.
pub async fn authenticate(app: &App, who: Who, headers: &HeaderMap, query: &str) -> Result<Caller> {
    let credential = credential(headers, query)
        .ok_or_else(|| ApiError::unauthorized("Authentication required"))?;
    let identity = match credential {
        Credential::Session(token) => Identity::User(by_session(app, &token).await?),
        Credential::ApiKey(secret) => Identity::User(by_api_key(app, &secret).await?),
        Credential::LinkKey(_) | Credential::LinkSlug(_) if !takes_links(who) => {
            shared_links::find(app, &credential).await?;
            return Err(ApiError::forbidden("Forbidden"));
        }
        Credential::LinkKey(_) | Credential::LinkSlug(_) => {
            let link = shared_links::find(app, &credential).await?;
            let opened = who == Who::AnyLink || link.is_open(headers, query);
            Identity::Link(if opened {
                link.into()
            } else {
                return Err(ApiError::unauthorized("Invalid password"));
            })
        }
    };
    if let Identity::User(principal) = &identity {
        permit(principal, who)?;
    }
    Ok(Caller::new(identity))
}

fn takes_links(who: Who) -> bool {
    matches!(who, Who::UserOrLink(_) | Who::AnyLink)
}

fn permit(principal: &Principal, who: Who) -> Result<()> {
    let permission = match who {
        Who::User(permission) | Who::UserOrLink(permission) => permission,
        Who::Admin(_) if !principal.user.is_admin => return Err(ApiError::forbidden("Forbidden")),
        Who::Admin(permission) => permission,
        Who::Anyone | Who::AnyUser | Who::AnyLink => return Ok(()),
    };
    if principal.allows(permission) {
        return Ok(());
    }
    Err(missing_permission(permission))
}

/// The answer to an API key that was not granted enough.
#[must_use]
pub fn missing_permission(permission: Permission) -> ApiError {
    ApiError::forbidden(format!(
        "Missing required permission: {}",
        permission.name()
    ))
}

/// The moment since which a session must have been used to be one still, in microseconds UTC.
#[must_use]
pub fn idle_limit(app: &App) -> i64 {
    now() - i64::from(app.settings.session_days) * DAY
}

async fn by_session(app: &App, token: &str) -> Result<Principal> {
    let hash = hash_secret(token);
    let idle_limit = idle_limit(app);
    let found = app
        .db
        .read(move |connection| auth::find_session(connection, &hash, now(), idle_limit))
        .await?;
    let (user, session, last_used) =
        found.ok_or_else(|| ApiError::unauthorized("Invalid user token"))?;
    if now() - last_used > auth::SESSION_TOUCH_INTERVAL {
        auth::touch_session(app, session.id);
    }
    Ok(Principal {
        user,
        session: Some(session),
        key: None,
    })
}

async fn by_api_key(app: &App, secret: &str) -> Result<Principal> {
    let hash = hash_secret(secret);
    let found = app
        .db
        .read(move |connection| api_keys::find_by_secret(connection, &hash))
        .await?;
    let (user, key) = found.ok_or_else(|| ApiError::unauthorized("Invalid API key"))?;
    Ok(Principal {
        user,
        session: None,
        key: Some(key),
    })
}
