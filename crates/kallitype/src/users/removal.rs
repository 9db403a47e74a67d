//! The end of an account: out of use at once, gone for good after the grace period, or at once if it has to be.

use uuid::Uuid;

use super::dto::UserStatus;
use super::{profile_image, queries};
use crate::db::tombstone::{Gone, bury};
use crate::db::{Connection, Result};
use crate::http::time::now;
use crate::jobs::{self, JobKind};
use crate::{albums, auth, partners};

/// Takes an account out of use and ends its sessions. With `is_final`, it cannot come back: a job removes
/// everything it has.
///
/// # Errors
/// When the database fails.
pub fn begin(connection: &mut Connection<'_>, id: Uuid, is_final: bool) -> Result<()> {
    let status = match is_final {
        true => UserStatus::Removing,
        false => UserStatus::Deleted,
    };
    queries::set_status(connection, id, status, Some(now()))?;
    auth::queries::delete_sessions(connection, id, None)?;
    if is_final {
        jobs::enqueue(connection, JobKind::RemoveAccount, id)?;
    }
    Ok(())
}

/// Has the accounts removed whose grace period began before `deadline`, and those whose removal was given up;
/// answers which.
///
/// # Errors
/// When the database fails.
pub fn expire(connection: &mut Connection<'_>, deadline: i64) -> Result<Vec<Uuid>> {
    for id in queries::list_expired(connection, deadline)? {
        queries::set_removing(connection, id, deadline)?;
    }
    let removing = queries::list_removing(connection)?;
    for id in &removing {
        jobs::enqueue(connection, JobKind::RemoveAccount, *id)?;
    }
    Ok(removing)
}

/// Deletes the record of an account that has no assets any more, and its albums; answers which those were. Its
/// picture is to be removed after the commit.
///
/// # Errors
/// When the database fails, or when there are assets.
pub fn finish(connection: &mut Connection<'_>, id: Uuid) -> Result<Vec<Uuid>> {
    let now = now();
    connection.lock("account", id)?;
    if !queries::is_removing(connection, id)? {
        return Ok(Vec::new());
    }
    let albums = albums::forget_user(connection, id, now)?;
    partners::forget_user(connection, id, now)?;
    profile_image::forget(connection, id, now)?;
    queries::delete(connection, id)?;
    let gone = Gone {
        owner: id,
        entity: "user",
        id,
        part: None,
    };
    bury(connection, gone, now)?;
    Ok(albums)
}
