//! Whether a credential still stands: looked at again in the transaction that records what took its time to come. A
//! session, a key or a link may have ended since, or may less than before.

use uuid::Uuid;

use crate::access::permission::missing_permission;
use crate::access::{Caller, Grant, Identity, Link, Permission, Principal};
use crate::core::links;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

/// Refuses what comes by a credential that has ended, or may not do this any more, while it was on its way.
///
/// # Errors
/// As for any such credential: 401 when it has ended, 403 when it may less.
pub(crate) fn require_standing(
    connection: &mut Connection<'_>,
    caller: &Caller,
    need: Permission,
) -> Result<()> {
    match caller.identity() {
        Identity::Link(link) => require_link(connection, link),
        Identity::User(Principal {
            session: Some(session),
            ..
        }) => require_session(connection, session.id),
        Identity::User(Principal { key: Some(key), .. }) => require_key(connection, key.id, need),
        Identity::User(_) => Ok(()),
    }
}

/// A link stands as long as it is valid, takes uploads, and has the password that was given.
fn require_link(connection: &mut Connection<'_>, link: &Link) -> Result<()> {
    let found = links::find_valid(connection, link.id, now())?
        .ok_or_else(|| ApiError::unauthorized("Invalid share key"))?;
    if found.password_hash != link.password_hash {
        return Err(ApiError::unauthorized("Invalid password"));
    }
    match found.allow_upload {
        true => Ok(()),
        false => Err(ApiError::forbidden("Forbidden")),
    }
}

fn require_session(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    let sql = Sql::new(
        "SELECT session.id FROM session JOIN account ON account.id = session.user_id \
         WHERE account.status = 'active' AND session.id = ",
    )
    .bind(id)
    .push(" AND (session.expires_at IS NULL OR session.expires_at > ")
    .bind(now())
    .push(")");
    match sql.query_optional::<Uuid>(connection)? {
        Some(_) => Ok(()),
        None => Err(ApiError::unauthorized("Invalid user token")),
    }
}

fn require_key(connection: &mut Connection<'_>, id: Uuid, need: Permission) -> Result<()> {
    let sql = "SELECT api_key.permissions FROM api_key JOIN account ON account.id = api_key.user_id \
        WHERE api_key.id = $1 AND account.status = 'active'";
    match connection.query_optional::<Grant>(sql, &[id.into()])? {
        None => Err(ApiError::unauthorized("Invalid API key")),
        Some(grant) if !grant.allows(need) => Err(missing_permission(need)),
        Some(_) => Ok(()),
    }
}
