//! SQL of the server's statistics.

use crate::features::server_info::dto::UsageByUserDto;
use kallitype_db::{Connection, Result, Sql};

/// What each user keeps, oldest account first. What is trashed or part of something else is not counted as a photo
/// or video, but its bytes are: the disk holds them.
pub(crate) fn list_usage(connection: &mut Connection<'_>) -> Result<Vec<UsageByUserDto>> {
    Sql::select(UsageByUserDto::COLUMNS)
        .push(
            " FROM account LEFT JOIN asset_count kept ON kept.owner_id = account.id \
             GROUP BY account.id, account.name, account.quota_bytes, account.created_at \
             ORDER BY account.created_at, account.id",
        )
        .query(connection)
}
