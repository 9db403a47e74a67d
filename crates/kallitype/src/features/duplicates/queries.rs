//! SQL of duplicates.

use uuid::Uuid;

use crate::access::shown_by_itself;
use kallitype_db::{Connection, Result, Sql};

/// The groups that a user's assets are in, and the assets, group by group. Assets that are in a stack were decided about.
/// Those of a group are in the order of their wall clocks, which comes last.
pub(crate) fn list(connection: &mut Connection<'_>, owner: Uuid) -> Result<Vec<(Uuid, Uuid, i64)>> {
    Sql::new("SELECT asset.duplicate_id, asset.id, asset.local_date_time FROM asset WHERE asset.owner_id = ")
        .bind(owner)
        .push(" AND asset.duplicate_id IS NOT NULL AND asset.stack_id IS NULL AND ")
        .append(shown_by_itself("asset"))
        .push(" ORDER BY asset.duplicate_id, asset.local_date_time, asset.id")
        .query(connection)
}

/// Takes the assets of groups out of them.
pub(crate) fn clear(
    connection: &mut Connection<'_>,
    owner: Uuid,
    groups: &[Uuid],
    now: i64,
) -> Result<()> {
    let sql = "UPDATE asset SET duplicate_id = NULL, updated_at = $3, update_id = next_change_id() \
        WHERE owner_id = $1 AND duplicate_id IN LIST($2)";
    connection.execute(sql, &[owner.into(), groups.into(), now.into()])?;
    Ok(())
}
