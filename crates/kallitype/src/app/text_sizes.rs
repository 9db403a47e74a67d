//! How long the texts of assets are, by which long lists are divided: of a thousand assets that is a megabyte, or a
//! hundred times that.

use std::collections::BTreeMap;

use uuid::Uuid;

use kallitype_db::{Connection, Result, Sql};

/// Bytes of texts that are read at a time.
const BATCH_BYTES: i64 = 8 << 20;

/// Bytes of the texts that assets have in rows of their own.
pub(crate) fn of_assets(
    connection: &mut Connection<'_>,
    assets: Vec<Uuid>,
) -> Result<BTreeMap<Uuid, i64>> {
    let sql = Sql::new(
        "SELECT asset.id, CAST(octet_length(exif.description) + octet_length(asset.original_file_name) \
         + octet_length(asset.device_asset_id) + octet_length(asset.device_id) AS BIGINT) \
         FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id IN LIST(",
    );
    let rows: Vec<(Uuid, i64)> = sql.bind(assets).push(")").query(connection)?;
    Ok(rows.into_iter().collect())
}

/// How many of the first ones may be read at a time, by their sizes: as many as fit, and at least one.
#[must_use]
pub(crate) fn fitting(sizes: impl IntoIterator<Item = i64>) -> usize {
    let mut bytes = 0;
    let fit = sizes.into_iter().take_while(|size| {
        bytes += size;
        bytes <= BATCH_BYTES
    });
    fit.count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_read_as_fit() {
        assert_eq!(fitting([1, 2, 3]), 3);
        assert_eq!(fitting([BATCH_BYTES, 1, 1]), 1);
        assert_eq!(fitting([BATCH_BYTES + 1, 1]), 1);
        assert_eq!(fitting([BATCH_BYTES / 2; 5]), 2);
    }
}
