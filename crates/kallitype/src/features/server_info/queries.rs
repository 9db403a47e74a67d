//! SQL of the server's statistics.

use crate::features::server_info::dto::UsageByUserDto;
use kallitype_db::{Connection, Result};

/// What each user keeps, oldest account first. What is trashed or part of something else is not counted as a photo
/// or video, but its bytes are: the disk holds them.
pub(crate) fn list_usage(connection: &mut Connection<'_>) -> Result<Vec<UsageByUserDto>> {
    let sql = "SELECT account.id, account.name, account.quota_bytes, \
        CAST(COALESCE(SUM(CASE WHEN kept.type = 'IMAGE' AND kept.visibility <> 'hidden' \
            AND kept.is_trashed = FALSE THEN kept.assets END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN kept.type = 'VIDEO' AND kept.visibility <> 'hidden' \
            AND kept.is_trashed = FALSE THEN kept.assets END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN kept.type = 'IMAGE' THEN kept.bytes END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN kept.type = 'VIDEO' THEN kept.bytes END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(kept.bytes), 0) AS BIGINT) \
        FROM account LEFT JOIN asset_count kept ON kept.owner_id = account.id \
        GROUP BY account.id, account.name, account.quota_bytes, account.created_at \
        ORDER BY account.created_at, account.id";
    connection.query(sql, &[], |row| {
        Ok(UsageByUserDto {
            user_id: row.get(0)?,
            user_name: row.get(1)?,
            quota_size_in_bytes: row.get(2)?,
            photos: row.get(3)?,
            videos: row.get(4)?,
            usage_photos: row.get(5)?,
            usage_videos: row.get(6)?,
            usage: row.get(7)?,
        })
    })
}
