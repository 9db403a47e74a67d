use uuid::Uuid;

use crate::access::Scope;
use kallitype_db::{Connection, Result, Sql};

/// Some of the assets in `scope` that were put into the trash. Those whose files are gone are for scans to bring back.
pub(crate) fn list_trashed(
    connection: &mut Connection<'_>,
    scope: &Scope,
    limit: i64,
) -> Result<Vec<Uuid>> {
    Sql::new("SELECT asset.id FROM asset WHERE asset.deleted_at IS NOT NULL AND asset.offline_at IS NULL AND ")
        .append(scope.condition())
        .push(" LIMIT ")
        .bind(limit)
        .query(connection)
}
