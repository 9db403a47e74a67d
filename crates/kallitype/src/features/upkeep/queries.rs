//! SQL of what administrators look after.

use kallitype_db::{Connection, Result, Sql, row};

row! {
    /// What came in on a day, as far as it is still there.
    #[derive(Debug, Clone)]
    pub(crate) struct Day {
        /// Days since 1970, in UTC.
        pub day: i64 = "asset.created_at / 86400000000",
        pub photos: i64 = "SUM(CASE WHEN asset.type = 'IMAGE' AND asset.visibility <> 'hidden' THEN 1 ELSE 0 END)",
        pub videos: i64 = "SUM(CASE WHEN asset.type = 'VIDEO' AND asset.visibility <> 'hidden' THEN 1 ELSE 0 END)",
        pub bytes: i64 = "CAST(SUM(asset.file_size) AS BIGINT)",
    }
}

/// The days on which something came in, the earliest first.
pub(crate) fn list_days(connection: &mut Connection<'_>) -> Result<Vec<Day>> {
    Sql::select(Day::COLUMNS)
        .push(" FROM asset GROUP BY 1 ORDER BY 1 /* scan: an administrator looks at it, seldom */")
        .query(connection)
}
