//! Notes of what is gone, for clients that synchronise.

use uuid::Uuid;

use super::{Connection, Result, update_id};

/// What a tombstone stands for.
#[derive(Debug, Clone, Copy)]
pub struct Gone<'a> {
    /// Whose clients have to hear of it: a user, or the album that it was in.
    pub owner: Uuid,
    /// The table it was in.
    pub entity: &'a str,
    pub id: Uuid,
    /// Which part, of what has no id of its own.
    pub part: Option<&'a str>,
}

/// Notes that something is gone.
///
/// # Errors
/// When the database fails.
pub fn bury(connection: &mut Connection<'_>, gone: Gone<'_>, now: i64) -> Result<()> {
    connection.execute(
        "INSERT INTO tombstone (update_id, owner_id, entity, entity_id, part, deleted_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            update_id().into(),
            gone.owner.into(),
            gone.entity.into(),
            gone.id.into(),
            gone.part.into(),
            now.into(),
        ],
    )?;
    Ok(())
}
