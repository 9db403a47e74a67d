//! Persons are their owner's alone, and so are the faces on the owner's assets.

use uuid::Uuid;

use crate::access::{Action, Caller, Permission, Scope};
use crate::core::people::person::PersonRow;
use crate::core::people::queries;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::{ApiError, Result};

/// The answer to a caller who asks for a person or a face out of reach, there or not.
#[must_use]
pub(crate) fn refused(permission: Permission) -> ApiError {
    ApiError::bad_request(format!("Not found or no {} access", permission.name()))
}

/// One of the caller's persons.
///
/// # Errors
/// 400 for one that is not there or someone else's, 403 for links.
pub(crate) fn require_person(
    connection: &mut Connection<'_>,
    caller: &Caller,
    id: Uuid,
    permission: Permission,
) -> Result<PersonRow> {
    let found = queries::find_person(connection, caller.user_id()?, id)?;
    found.ok_or_else(|| refused(permission))
}

/// Which asset a face is on, which the caller may change: it is theirs, and if it is locked, the PIN was given. A face that was
/// taken away is not there.
///
/// # Errors
/// As [`require_person`].
pub(crate) fn require_face(
    connection: &mut Connection<'_>,
    caller: &Caller,
    id: Uuid,
    permission: Permission,
) -> Result<Uuid> {
    let sql = Sql::new(
        "SELECT asset.id FROM asset_face JOIN asset ON asset.id = asset_face.asset_id WHERE asset_face.id = ",
    );
    let sql = sql.bind(id).push(" AND asset_face.deleted_at IS NULL AND ");
    let sql = sql.append(Scope::of(caller, Action::Update).condition());
    let found = sql.query_optional(connection)?;
    found.ok_or_else(|| refused(permission))
}
