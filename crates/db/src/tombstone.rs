//! Notes of what is gone, for clients that synchronise.

use uuid::Uuid;

use crate::{Connection, Result};

/// What a tombstone stands for.
#[derive(Debug, Clone, Copy)]
pub struct Tombstone<'a> {
    /// Whose clients have to hear of it: a user, or the album that it was in.
    pub owner: Uuid,
    /// The table it was in.
    pub entity: &'a str,
    pub id: Uuid,
    /// Which part, of what has no id of its own.
    pub part: Option<&'a str>,
    /// The other one, of what tied two together.
    pub other: Option<Uuid>,
}

/// Notes that something is gone.
///
/// # Errors
/// When the database fails.
pub fn record_tombstone(
    connection: &mut Connection<'_>,
    tombstone: Tombstone<'_>,
    now: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO tombstone (update_id, owner_id, entity, entity_id, part, deleted_at, other_id) \
         VALUES (next_change_id(), $1, $2, $3, $4, $5, $6)",
        &[
            tombstone.owner.into(),
            tombstone.entity.into(),
            tombstone.id.into(),
            tombstone.part.into(),
            now.into(),
            tombstone.other.into(),
        ],
    )?;
    Ok(())
}
