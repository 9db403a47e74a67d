//! Which credential a request carries, and whose it is.

use futures_util::future::BoxFuture;
use http::HeaderMap;

use crate::access::permission::missing_permission;
use crate::access::{Caller, Identity, Principal};
use crate::app::guard::Authenticator;
use crate::app::routes::Who;
use crate::app::state::{App, idle_limit};
use crate::core::sessions;
use crate::core::sessions::touch;
use crate::core::sessions::touch::SESSION_TOUCH_INTERVAL;
use crate::features::api_keys;
use crate::features::shared_links::authentication;
use kallitype_web::credential::{Credential, credential, hash_secret};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

/// Authenticates by the credentials that the database knows: sessions, API keys and shared links.
pub(crate) struct Credentials(pub App);

impl Authenticator for Credentials {
    fn authenticate<'a>(
        &'a self,
        who: Who,
        headers: &'a HeaderMap,
        query: &'a str,
    ) -> BoxFuture<'a, Result<Caller>> {
        Box::pin(authenticate(&self.0, who, headers, query))
    }
}

/// Who the request speaks for, if they may call a route for `who`.
///
/// # Errors
/// 401 without a valid credential, 403 with one that the route does not take.
async fn authenticate(app: &App, who: Who, headers: &HeaderMap, query: &str) -> Result<Caller> {
    let credential = credential(headers, query)
        .ok_or_else(|| ApiError::unauthorized("Authentication required"))?;
    let identity = match credential {
        Credential::Session(token) => Identity::User(by_session(app, &token).await?),
        Credential::ApiKey(secret) => Identity::User(by_api_key(app, &secret).await?),
        Credential::LinkKey(_) | Credential::LinkSlug(_) if !takes_links(who) => {
            authentication::find(app, &credential).await?;
            return Err(ApiError::forbidden("Forbidden"));
        }
        Credential::LinkKey(_) | Credential::LinkSlug(_) => {
            let link = authentication::find(app, &credential).await?;
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

async fn by_session(app: &App, token: &str) -> Result<Principal> {
    let hash = hash_secret(token);
    let idle_limit = idle_limit(app);
    let found = app
        .db
        .read(move |connection| {
            sessions::queries::find_session(connection, &hash, now(), idle_limit)
        })
        .await?;
    let (user, session, last_used) =
        found.ok_or_else(|| ApiError::unauthorized("Invalid user token"))?;
    if now() - last_used > SESSION_TOUCH_INTERVAL {
        touch::touch_session(app, session.id);
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
        .read(move |connection| api_keys::queries::find_by_secret(connection, &hash))
        .await?;
    let (user, key) = found.ok_or_else(|| ApiError::unauthorized("Invalid API key"))?;
    Ok(Principal {
        user,
        session: None,
        key: Some(key),
    })
}
