use uuid::Uuid;

use crate::access::{Action, Caller, Listing, Scope, Visibility};
use crate::core::asset_listing::page::{Page, Position, list_columns};
use kallitype_db::{Connection, Result, Sql, row};

row! {
    /// An asset, and where it was taken if that is known.
    #[derive(Debug, Clone)]
    pub(crate) struct PlacedRow {
        pub id: Uuid = "asset.id",
        pub owner_id: Uuid = "asset.owner_id",
        pub visibility: Visibility = "asset.visibility",
        pub is_favorite: bool = "asset.is_favorite",
        /// Microseconds UTC.
        pub moment: i64 = "asset.file_created_at",
        pub latitude: Option<f64> = "exif.latitude",
        pub longitude: Option<f64> = "exif.longitude",
        pub city: Option<String> = "exif.city",
        pub state: Option<String> = "exif.state",
        pub country: Option<String> = "exif.country",
    }
}

impl PlacedRow {
    pub(crate) fn position(&self) -> Position {
        Position {
            moment: self.moment,
            id: self.id,
        }
    }
}

/// A page of a listing. Those without a place are in it, so that its last one says where the next page begins.
pub(crate) fn list_placed(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
) -> Result<Vec<PlacedRow>> {
    const ASSET: &str = "file_created_at, id, owner_id, visibility, is_favorite";
    list_columns(connection, listing, page, ASSET, PlacedRow::COLUMNS)
}

/// What others put into albums that a user is in, or what of others' the user put there.
pub(crate) fn list_in_albums(connection: &mut Connection<'_>, user: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT DISTINCT held.asset_id FROM album_user member \
        JOIN album_asset held ON held.album_id = member.album_id JOIN asset ON asset.id = held.asset_id \
        WHERE member.user_id = $1 AND asset.owner_id <> $1";
    connection.query(sql, &[user.into()])
}

/// Those of some assets that the caller may see.
pub(crate) fn find_placed(
    connection: &mut Connection<'_>,
    caller: &Caller,
    ids: &[Uuid],
) -> Result<Vec<PlacedRow>> {
    Sql::select(PlacedRow::COLUMNS)
        .push(" FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id IN LIST(")
        .bind(ids)
        .push(") AND ")
        .append(Scope::of(caller, Action::Read).condition())
        .query(connection)
}
