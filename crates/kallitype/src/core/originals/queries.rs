//! SQL of where originals lie.

use uuid::Uuid;

use crate::access::{album_in_use, shown_in_album};
use crate::app::file_deletions::{is_scheduled, schedule_moved_file_deletion};
use crate::core::assets::model::AssetType;
use kallitype_db::{Connection, Result, Sql, row};

row! {
    /// An original of the server's own, and what the template may ask of it.
    #[derive(Debug, Clone)]
    pub(crate) struct OriginalRow {
        pub id: Uuid = "asset.id",
        pub owner_id: Uuid = "asset.owner_id",
        pub storage_label: Option<String> = "account.storage_label",
        pub device_id: String = "asset.device_id",
        pub device_asset_id: String = "asset.device_asset_id",
        pub kind: AssetType = "asset.type",
        pub original_path: String = "asset.original_path",
        pub sidecar_path: Option<String> = "asset.sidecar_path",
        pub original_file_name: String = "asset.original_file_name",
        /// SHA-1.
        pub checksum: Vec<u8> = "asset.checksum",
        /// The wall clock where it was taken, as if it were UTC.
        pub local_date_time: i64 = "asset.local_date_time",
        pub make: Option<String> = "exif.make",
        pub model: Option<String> = "exif.model",
        pub lens_model: Option<String> = "exif.lens_model",
        pub live_photo_video_id: Option<Uuid> = "asset.live_photo_video_id",
        /// Whether what the file says of itself is known.
        pub is_read: bool = "exif.tags_read",
    }
}

/// An asset, unless it is of an external library.
pub(crate) fn find_original(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<OriginalRow>> {
    Sql::select(OriginalRow::COLUMNS)
        .push(" FROM asset JOIN exif ON exif.asset_id = asset.id JOIN account ON account.id = asset.owner_id")
        .push(" WHERE asset.library_id IS NULL AND asset.id = ")
        .bind(id)
        .query_optional(connection)
}

/// The first of the pictures that move by a video.
pub(crate) fn find_still(connection: &mut Connection<'_>, video: Uuid) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM asset WHERE live_photo_video_id = $1 ORDER BY id LIMIT 1";
    connection.query_optional(sql, &[video.into()])
}

row! {
    /// An album, and when the oldest and the newest of what it shows were taken, by the wall clock there.
    #[derive(Debug, Clone)]
    pub(crate) struct AlbumRow {
        pub id: Uuid = "album.id",
        pub name: String = "album.name",
        pub taken_from: Option<i64> = "CAST(NULL AS BIGINT)",
        pub taken_to: Option<i64> = "CAST(NULL AS BIGINT)",
    }
}

/// The newest of an owner's albums that an asset is in, and its dates if they are wanted.
pub(crate) fn find_album(
    connection: &mut Connection<'_>,
    owner: Uuid,
    asset: Uuid,
    wants_dates: bool,
) -> Result<Option<AlbumRow>> {
    let found: Option<AlbumRow> = Sql::select(AlbumRow::COLUMNS)
        .push(" FROM album_asset held JOIN album ON album.id = held.album_id WHERE held.asset_id = ")
        .bind(asset)
        .push(
            " AND EXISTS (SELECT 1 FROM album_user WHERE album_user.album_id = album.id AND album_user.user_id = ",
        )
        .bind(owner)
        .push(") AND ")
        .append(album_in_use("album.id"))
        .push(" ORDER BY album.created_at DESC, album.id LIMIT 1")
        .query_optional(connection)?;
    match found {
        Some(album) if wants_dates => with_dates(connection, album).map(Some),
        found => Ok(found),
    }
}

fn with_dates(connection: &mut Connection<'_>, album: AlbumRow) -> Result<AlbumRow> {
    let (taken_from, taken_to) = Sql::new(
        "SELECT MIN(asset.local_date_time), MAX(asset.local_date_time) FROM album_asset held \
         JOIN asset ON asset.id = held.asset_id WHERE held.album_id = ",
    )
    .bind(album.id)
    .push(" AND ")
    .append(shown_in_album())
    .query_one(connection)?;
    Ok(AlbumRow {
        taken_from,
        taken_to,
        ..album
    })
}

/// The names of an asset's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paths {
    pub original: String,
    pub sidecar: Option<String>,
}

impl Paths {
    fn each(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.original).chain(&self.sidecar)
    }
}

/// Records that an asset's files have other names, if they have those that are known, nobody else has a claim to the new
/// ones and `is_sound` still says so. The old ones are scheduled for deletion. Answers whether it did.
pub(crate) fn record_paths(
    connection: &mut Connection<'_>,
    asset: Uuid,
    (old, new): (&Paths, &Paths),
    is_sound: impl Fn() -> bool,
    now: i64,
) -> Result<bool> {
    connection.lock("asset", asset)?;
    let sql = "SELECT original_path, sidecar_path FROM asset WHERE id = $1";
    let present = connection.query_optional::<(String, Option<String>)>(sql, &[asset.into()])?;
    let present = present.map(|(original, sidecar)| Paths { original, sidecar });
    if present.as_ref() != Some(old) {
        return Ok(false);
    }
    // Asked before the files are looked at: what is not scheduled now is not deleted any more.
    for path in new.each() {
        if is_scheduled(connection, path)? {
            return Ok(false);
        }
    }
    if !is_sound() {
        return Ok(false);
    }
    for path in old.each() {
        schedule_moved_file_deletion(connection, path, now)?;
    }
    let values = [
        ("original_path", (&new.original).into()),
        ("sidecar_path", (&new.sidecar).into()),
    ];
    connection.update_row("asset", "id", asset, values)?;
    Ok(true)
}
