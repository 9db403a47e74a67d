//! How long it is remembered what is gone.

use uuid::Uuid;

use kallitype_db::{Connection, Result};

/// Deletes the earliest tombstones of what was gone before a moment; answers whether there were any.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete_some(
    connection: &mut Connection<'_>,
    deadline: i64,
    limit: i64,
) -> Result<bool> {
    let sql = "SELECT update_id, deleted_at FROM tombstone ORDER BY update_id LIMIT $1";
    let earliest: Vec<(Uuid, i64)> = connection.query(sql, &[limit.into()])?;
    let outdated = earliest.into_iter().take_while(|(_, at)| *at < deadline);
    let outdated: Vec<Uuid> = outdated.map(|(id, _)| id).collect();
    if outdated.is_empty() {
        return Ok(false);
    }
    let sql = "DELETE FROM tombstone WHERE update_id IN LIST($1)";
    connection.execute(sql, &[outdated.into()])?;
    Ok(true)
}
