//! The end of an account: out of use at once, gone for good after the grace period, or at once if it has to be.

use serde_json::json;
use uuid::Uuid;

use crate::app::events;
use crate::core::accounts::{profile_image, queries};
use crate::core::{albums, libraries, partners};
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result};
use kallitype_web::time::now;

/// Deletes the record of an account that has no assets and no persons any more, and its albums. Its
/// picture is removed after the commit.
///
/// # Errors
/// When the database fails, or when there are assets.
pub(crate) fn finish(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    let now = now();
    connection.lock("account", id)?;
    if !queries::is_removing(connection, id)? {
        return Ok(());
    }
    connection.lift_statement_timeout()?;
    albums::queries::forget_user(connection, id, now)?;
    partners::forget_user(connection, id, now)?;
    libraries::forget_user(connection, id, now)?;
    profile_image::forget(connection, id, now)?;
    queries::delete(connection, id)?;
    let tombstone = Tombstone {
        // Everyone's clients have to hear of it.
        owner: Uuid::nil(),
        entity: "user",
        id,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)?;
    events::tell_everyone(connection, "on_user_delete", vec![json!(id)])
}
