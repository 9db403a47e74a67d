//! SQL of downloads.

use uuid::Uuid;

use crate::access::{Scope, Section, is_trashed, shown_in_album};
use crate::core::assets::location::IMPORT_PATHS;
use crate::core::assets::motion_part;
use crate::core::choices::AssetOrder;
use kallitype_db::{Connection, Json, Result, Sql, row};

row! {
    /// An asset, and the bytes of its file.
    #[derive(Debug, Clone)]
    pub(crate) struct SizedRow {
        pub id: Uuid = "asset.id",
        pub size: i64 = "asset.file_size",
    }
}

row! {
    /// What an archive needs to know of an asset.
    #[derive(Debug, Clone)]
    pub(crate) struct ArchivedRow {
        pub id: Uuid = "asset.id",
        pub original_path: String = "asset.original_path",
        pub import_paths: Option<Json<Vec<String>>> = IMPORT_PATHS,
        pub original_file_name: String = "asset.original_file_name",
        pub size: i64 = "asset.file_size",
        /// Microseconds UTC.
        pub moment: i64 = "asset.file_created_at",
        /// As if it were UTC.
        pub wall_clock: i64 = "asset.local_date_time",
    }
}

/// Some assets without those in the trash, from FROM on.
pub(crate) fn given(ids: &[Uuid]) -> Sql {
    Sql::new(" FROM asset WHERE asset.id IN LIST(")
        .bind(ids)
        .push(") AND NOT ")
        .append(is_trashed("asset"))
}

/// What an album shows, from FROM on.
pub(crate) fn in_album(album: Uuid) -> Sql {
    Sql::new(" FROM album_asset held JOIN asset ON asset.id = held.asset_id WHERE held.album_id = ")
        .bind(album)
        .push(" AND ")
        .append(shown_in_album())
}

/// A section of someone's library, from FROM on.
pub(crate) fn in_section((section, owner): (Section, Uuid)) -> Sql {
    Sql::new(" FROM asset WHERE asset.owner_id = ")
        .bind(owner)
        .push(" AND ")
        .append(section.condition())
}

/// Hands over some assets, the newest first.
pub(crate) fn each_asset(
    connection: &mut Connection<'_>,
    assets: Sql,
    take: impl FnMut(SizedRow) -> Result<()>,
) -> Result<()> {
    Sql::select(SizedRow::COLUMNS)
        .append(assets)
        .push(AssetOrder::Descending.by_moment())
        .query_each(connection, take)
}

/// Hands over the moving parts of some assets that are within the caller's reach, but for those that were `given`
/// themselves. `with_embedded` says whether those are wanted that are in their pictures' files, too.
pub(crate) fn each_motion_part(
    connection: &mut Connection<'_>,
    assets: Sql,
    scope: &Scope,
    given: &[Uuid],
    with_embedded: bool,
    take: impl FnMut(SizedRow) -> Result<()>,
) -> Result<()> {
    let embedded = (!with_embedded).then_some(motion_part::DEVICE);
    Sql::select(SizedRow::COLUMNS)
        .push(" FROM asset WHERE asset.id IN (SELECT asset.live_photo_video_id")
        .append(assets)
        .push(
            " AND asset.live_photo_video_id IS NOT NULL) AND asset.visibility = 'hidden' AND NOT ",
        )
        .append(is_trashed("asset"))
        .push(" AND ")
        .append(scope.condition())
        .push(" AND NOT (asset.id IN LIST(")
        .bind(given)
        .push("))")
        .push_some(" AND asset.device_id <> ", embedded)
        .push(AssetOrder::Descending.by_moment())
        .query_each(connection, take)
}

/// Those of some assets that are in scope, in no order.
pub(crate) fn list_archived(
    connection: &mut Connection<'_>,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<Vec<ArchivedRow>> {
    Sql::select(ArchivedRow::COLUMNS)
        .push(" FROM asset WHERE asset.id IN LIST(")
        .bind(ids)
        .push(") AND ")
        .append(scope.condition())
        .query(connection)
}
