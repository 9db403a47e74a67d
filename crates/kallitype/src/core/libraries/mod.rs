//! External libraries: folders of others whose files become assets. The server reads there and never writes.

pub(crate) mod exclusions;
pub(crate) mod files;
pub(crate) mod import_paths;
pub(crate) mod library;
pub(crate) mod queries;

use uuid::Uuid;

use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result};

/// Takes a library out of use; its assets go with it, and its files stay.
///
/// # Errors
/// When the database fails.
pub(crate) fn begin_removal(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    queries::set_deleted(connection, id, now)?;
    queue::table::delete_jobs_on(connection, id)?;
    queue::enqueue(connection, JobKind::RemoveLibrary, id)
}

/// Deletes the record of a library that was taken out of use and has no assets any more.
///
/// # Errors
/// When the database fails, or when there are assets.
pub(crate) fn finish_removal(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    connection.lock("library", id)?;
    match queries::find_removed_owner(connection, id)? {
        Some(owner) => delete(connection, owner, id, now),
        None => Ok(()),
    }
}

/// Deletes the libraries of a user who has no assets any more.
///
/// # Errors
/// When the database fails, or when there are assets.
pub(crate) fn forget_user(connection: &mut Connection<'_>, user: Uuid, now: i64) -> Result<()> {
    for id in queries::list_of_owner(connection, user)? {
        connection.lock("library", id)?;
        queue::table::delete_jobs_on(connection, id)?;
        delete(connection, user, id, now)?;
    }
    Ok(())
}

fn delete(connection: &mut Connection<'_>, owner: Uuid, id: Uuid, now: i64) -> Result<()> {
    queries::delete(connection, id)?;
    let tombstone = Tombstone {
        owner,
        entity: "library",
        id,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}
