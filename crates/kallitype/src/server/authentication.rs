//! Which credential a request carries, and whose it is.

use futures_util::future::BoxFuture;
use http::HeaderMap;
use uuid::Uuid;

use crate::access::permission::missing_permission;
use crate::access::{Caller, Identity, Link, Principal};
use crate::app::guard::{Asked, Authenticated, Authenticator, ReadingAlong};
use crate::app::origin;
use crate::app::routes::Who;
use crate::app::state::{App, idle_limit};
use crate::core::sessions;
use crate::core::sessions::touch;
use crate::core::sessions::touch::SESSION_TOUCH_INTERVAL;
use crate::features::api_keys;
use crate::features::shared_links::authentication;
use kallitype_db::Connection;
use kallitype_web::budget::Sender;
use kallitype_web::credential::{ByCookie, Credential, credential, hash_secret};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

/// Authenticates by the credentials that the database knows: sessions, API keys and shared links.
pub(crate) struct Credentials(pub App);

impl Authenticator for Credentials {
    fn authenticate<'a>(
        &'a self,
        who: Who,
        asked: Asked<'a>,
        along: Option<ReadingAlong>,
    ) -> BoxFuture<'a, Result<Authenticated>> {
        Box::pin(authenticate(&self.0, who, asked, along))
    }
}

/// Who the request speaks for, if they may call a route for `who`, and what is read along.
///
/// # Errors
/// 401 without a valid credential, 403 with one that the route does not take, or for a page of another server's.
async fn authenticate(
    app: &App,
    who: Who,
    asked: Asked<'_>,
    along: Option<ReadingAlong>,
) -> Result<Authenticated> {
    let Asked {
        method,
        headers,
        query,
    } = asked;
    let credential = credential(headers, query)
        .ok_or_else(|| ApiError::unauthorized("Authentication required"))?;
    let is_change = origin::is_change(method, headers);
    let changes_by_cookie = is_change && credential.is_by_cookie(headers);
    if changes_by_cookie {
        origin::require_own_page(&app.config(), headers)?;
    }
    let presented = Presented::of(credential, headers, query);
    let idle_limit = idle_limit(app);
    let reads_along = along.is_some();
    let find = move |connection: &mut Connection<'_>| {
        let found = presented.find(connection, who, idle_limit)?;
        let caller = Caller::new(found.identity);
        let along = along.map(|read| read(connection, &caller)).transpose()?;
        let along = along.unwrap_or_default();
        Ok::<_, ApiError>((Authenticated { caller, along }, found.last_used))
    };
    let (mut authenticated, last_used) = match reads_along {
        true => app.db.read_consistent(find).await?,
        false => app.db.read(find).await?,
    };
    if let Some((session, last_used)) = last_used
        && now() - last_used > SESSION_TOUCH_INTERVAL
    {
        touch::touch_session(app, session);
    }
    if is_change {
        let is_visitor = authenticated.caller.link().is_some();
        authenticated.along.insert(match is_visitor {
            true => Sender::Visitor,
            false => Sender::User,
        });
    }
    if changes_by_cookie {
        authenticated.along.insert(ByCookie);
    }
    Ok(authenticated)
}

/// A credential as the database is asked for it.
enum Presented {
    /// By the token's hash.
    Session([u8; 32]),
    /// By the secret's hash.
    ApiKey([u8; 32]),
    /// With the tokens that open links with passwords.
    Link(Credential, Vec<String>),
}

/// Whose a credential is, and when a session was last used.
struct Found {
    identity: Identity,
    last_used: Option<(Uuid, i64)>,
}

impl Presented {
    fn of(credential: Credential, headers: &HeaderMap, query: &str) -> Self {
        match credential {
            Credential::Session(token) | Credential::Cookie(token) => {
                Self::Session(hash_secret(&token))
            }
            Credential::ApiKey(secret) => Self::ApiKey(hash_secret(&secret)),
            link => Self::Link(link, authentication::given_tokens(headers, query)),
        }
    }

    /// # Errors
    /// 401 when it is no one's, 403 when the route does not take it.
    fn find(&self, connection: &mut Connection<'_>, who: Who, idle_limit: i64) -> Result<Found> {
        let (principal, last_used) = match self {
            Self::Link(credential, tokens) => {
                let link = find_link(connection, who, credential, tokens)?;
                return Ok(Found {
                    identity: Identity::Link(link),
                    last_used: None,
                });
            }
            Self::Session(hash) => find_session(connection, hash, idle_limit)?,
            Self::ApiKey(hash) => (find_api_key(connection, hash)?, None),
        };
        permit(&principal, who)?;
        Ok(Found {
            identity: Identity::User(principal),
            last_used,
        })
    }
}

fn find_link(
    connection: &mut Connection<'_>,
    who: Who,
    credential: &Credential,
    tokens: &[String],
) -> Result<Link> {
    let link = authentication::find(connection, credential)?;
    if !takes_links(who) {
        return Err(ApiError::forbidden("Forbidden"));
    }
    if who != Who::AnyLink && !link.is_opened_by(tokens) {
        return Err(ApiError::unauthorized("Invalid password"));
    }
    Ok(link.into())
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

/// Whose session it is, with its id and when it was last used.
fn find_session(
    connection: &mut Connection<'_>,
    token_hash: &[u8; 32],
    idle_limit: i64,
) -> Result<(Principal, Option<(Uuid, i64)>)> {
    let found = sessions::queries::find_session(connection, token_hash, now(), idle_limit)?;
    let (user, session, last_used) =
        found.ok_or_else(|| ApiError::unauthorized("Invalid user token"))?;
    let last_used = Some((session.id, last_used));
    let principal = Principal {
        user,
        session: Some(session),
        key: None,
    };
    Ok((principal, last_used))
}

fn find_api_key(connection: &mut Connection<'_>, secret_hash: &[u8; 32]) -> Result<Principal> {
    let found = api_keys::queries::find_by_secret(connection, secret_hash)?;
    let (user, key) = found.ok_or_else(|| ApiError::unauthorized("Invalid API key"))?;
    Ok(Principal {
        user,
        session: None,
        key: Some(key),
    })
}
