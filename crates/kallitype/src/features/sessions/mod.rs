//! The places where a user is signed in.

pub(crate) mod create_session;
pub(crate) mod delete_sessions;
pub(crate) mod dto;
pub(crate) mod get_sessions;
pub(crate) mod queries;
pub(crate) mod update_session;

use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Permission::{
    SessionCreate, SessionDelete, SessionLock, SessionRead, SessionUpdate,
};
use crate::access::{Caller, Permission};
use crate::app::routes::{Routes, Who};
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};

/// Every URL about sessions, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(Who::User(SessionRead), routes!(get_sessions::get_sessions))
        .add(
            Who::User(SessionCreate),
            routes!(create_session::create_session),
        )
        .add(
            Who::User(SessionDelete),
            routes!(delete_sessions::delete_all_sessions),
        )
        .add(
            Who::User(SessionDelete),
            routes!(delete_sessions::delete_session),
        )
        .add(
            Who::User(SessionUpdate),
            routes!(update_session::update_session),
        )
        .add(
            Who::User(SessionLock),
            routes!(update_session::lock_session),
        )
}

/// The id of the session that the request itself came by.
fn current(caller: &Caller) -> Result<Option<Uuid>> {
    Ok(caller
        .principal()?
        .session
        .as_ref()
        .map(|session| session.id))
}

/// Refuses what is not a session of the caller's.
fn require_own(
    connection: &mut Connection<'_>,
    caller: &Caller,
    id: Uuid,
    needed: Permission,
) -> Result<()> {
    let is_own = queries::is_of(connection, caller.user_id()?, id)?;
    let refused = || ApiError::bad_request(format!("Not found or no {} access", needed.name()));
    if is_own { Ok(()) } else { Err(refused()) }
}
