//! SQL of the assets: the only place it stands.

use std::collections::HashMap;

use serde_json::{Map, Value as JsonValue};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::{Listing, Scope, Section, is_locked, is_trashed, presentable, still_shared};
use crate::core::assets::facts::{MOTION, is_edited};
use crate::core::assets::location::IMPORT_PATHS;
use crate::core::assets::metadata::MetadataSize;
use crate::core::assets::model::{AssetMetadataResponseDto, AssetType, Visibility};
use crate::core::assets::new_asset::NewAsset;
use crate::core::assets::quota::OwnerAccount;
use crate::core::assets::row::AssetRow;
use crate::places::Place;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Json, Result, Sql, Value, row};
use kallitype_web::fields::Fields;
use kallitype_web::query;

/// The assets of its own that a link shows, newest first.
pub(crate) fn list_shown_by_link(connection: &mut Connection<'_>, link: Uuid) -> Result<Vec<Uuid>> {
    let sql = Sql::new(
        "SELECT asset.id FROM shared_link_asset held JOIN shared_link ON shared_link.id = held.shared_link_id \
         JOIN asset ON asset.id = held.asset_id WHERE held.shared_link_id = ",
    );
    let sql = sql.bind(link).push(" AND ").append(presentable("asset"));
    let sql = sql
        .push(" AND ")
        .append(still_shared("asset", "shared_link.user_id"));
    sql.push(" ORDER BY asset.file_created_at DESC, asset.id")
        .query(connection)
}

row! {
    /// Where an asset's files are.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct AssetFiles {
        pub id: Uuid,
        pub kind: AssetType = "type",
        pub original_path: String,
        pub original_file_name: String,
        pub checksum: Vec<u8>,
        pub file_size: i64,
        pub file_modified_at: i64,
        pub import_paths: Option<Json<Vec<String>>> = IMPORT_PATHS,
        pub thumbnail_path: Option<String>,
        pub preview_path: Option<String>,
        pub fullsize_path: Option<String>,
        pub encoded_video_path: Option<String>,
        /// The video without what it says of itself, once a link that hides metadata has asked for it.
        pub bare_video_path: Option<String>,
    }
}

/// The files of an asset in scope.
pub(crate) fn find_files(
    connection: &mut Connection<'_>,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<AssetFiles>> {
    let sql = Sql::select(AssetFiles::COLUMNS).push(" FROM asset WHERE asset.id = ");
    let sql = sql.bind(id).push(" AND ").append(scope.condition());
    sql.query_optional(connection)
}

/// The owner's uploaded asset with these bytes.
pub(crate) fn find_by_checksum(
    connection: &mut Connection<'_>,
    owner: Uuid,
    checksum: &[u8],
) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM asset WHERE owner_id = $1 AND checksum = $2 AND library_id IS NULL";
    connection.query_optional(sql, &[owner.into(), checksum.into()])
}

/// Which of the checksums the owner has, with the asset's id and whether it is in the trash.
pub(crate) fn find_by_checksums(
    connection: &mut Connection<'_>,
    owner: Uuid,
    checksums: Vec<Vec<u8>>,
) -> Result<HashMap<Vec<u8>, (Uuid, bool)>> {
    let sql = Sql::new("SELECT checksum, id, ")
        .append(is_trashed("asset"))
        .push(" FROM asset WHERE owner_id = ")
        .bind(owner)
        .push(" AND checksum IN LIST(")
        .bind(checksums)
        .push(") AND library_id IS NULL");
    let found: Vec<(Vec<u8>, Uuid, bool)> = sql.query(connection)?;
    let known = found.into_iter();
    Ok(known
        .map(|(checksum, id, is_trashed)| (checksum, (id, is_trashed)))
        .collect())
}

/// Which of a device's files the owner has.
pub(crate) fn find_device_assets(
    connection: &mut Connection<'_>,
    owner: Uuid,
    device: &str,
    names: Vec<String>,
) -> Result<Vec<String>> {
    let sql = "SELECT device_asset_id FROM asset \
        WHERE owner_id = $1 AND device_id = $2 AND device_asset_id IN LIST($3)";
    connection.query(sql, &[owner.into(), device.into(), names.into()])
}

/// Every file of a device that the owner has and has not trashed.
pub(crate) fn list_device_assets(
    connection: &mut Connection<'_>,
    owner: Uuid,
    device: &str,
) -> Result<Vec<String>> {
    Sql::new("SELECT device_asset_id FROM asset WHERE owner_id = ")
        .bind(owner)
        .push(" AND device_id = ")
        .bind(device)
        .push(" AND ")
        .append(presentable("asset"))
        .push(" ORDER BY device_asset_id")
        .query(connection)
}

query! {
    /// Which assets are counted.
    #[derive(Debug, Clone, Copy, Default, IntoParams)]
    pub(crate) struct CountFilter {
        #[param(nullable = false)]
        is_favorite: Option<bool> = boolean(),
        #[param(required = false)]
        is_trashed: bool = or(false, Fields::boolean),
        #[param(nullable = false)]
        visibility: Option<Visibility> = enumeration(),
    }
}

/// How many assets of each type a listing holds, by owner. The counts are read from `asset_count`, which triggers keep; those
/// of moving parts that are closed with their pictures are subtracted.
pub(crate) fn count(
    connection: &mut Connection<'_>,
    listing: &Listing,
    is_favorite: Option<bool>,
) -> Result<Vec<(Uuid, AssetType, i64)>> {
    let sections = listing.sections().iter().map(|(section, owners)| {
        Sql::new("(owner_id IN LIST(")
            .bind(owners.clone())
            .push(") AND visibility = ")
            .bind(section.visibility)
            .push(" AND is_trashed = ")
            .bind(section.is_trashed)
            .push(")")
    });
    let kept = Sql::new("SELECT owner_id, type, assets FROM asset_count WHERE (")
        .join(sections, " OR ")
        .push(")")
        .push_some(" AND is_favorite = ", is_favorite);
    let hidden = listing
        .ranges()
        .filter(|(section, _)| section.visibility == Visibility::Hidden);
    let closed = hidden.map(|(section, owner)| closed_parts(section, owner, is_favorite));
    Sql::new("SELECT owner_id, type, CAST(SUM(assets) AS BIGINT) FROM (")
        .join(std::iter::once(kept).chain(closed), " UNION ALL ")
        .push(") AS counted GROUP BY owner_id, type")
        .query(connection)
}

/// Takes one from the count for each hidden video of an owner that is the moving part of a locked picture.
fn closed_parts(section: Section, owner: Uuid, is_favorite: Option<bool>) -> Sql {
    let locked = |is_trashed: bool| {
        let pictures = Section {
            visibility: Visibility::Locked,
            is_trashed,
        };
        Sql::new("SELECT asset.live_photo_video_id FROM asset WHERE asset.owner_id = ")
            .bind(owner)
            .push(" AND ")
            .append(pictures.condition())
            .push(" AND asset.live_photo_video_id IS NOT NULL")
    };
    let deleted = if section.is_trashed {
        "IS NOT NULL"
    } else {
        "IS NULL"
    };
    Sql::new("SELECT part.owner_id, part.type, -1 FROM asset part WHERE part.id IN (")
        .join([locked(false), locked(true)], " UNION ")
        .push(") AND part.visibility = 'hidden' AND part.deleted_at ")
        .push(deleted)
        .push_some(" AND part.is_favorite = ", is_favorite)
}

/// A run of the owner's shuffled timeline, beginning at `key` and going round.
pub(crate) fn list_shuffled(
    connection: &mut Connection<'_>,
    owner: Uuid,
    key: i64,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let shuffled = Sql::new("SELECT asset.id FROM asset WHERE asset.owner_id = ").bind(owner);
    let shuffled = shuffled
        .push(" AND ")
        .append(Section::TIMELINE.condition())
        .push(" AND asset.random_key ");
    let run = |sql: Sql, limit: i64| sql.push(" ORDER BY asset.random_key LIMIT ").bind(limit);
    let after = shuffled.clone().push(">= ").bind(key);
    let mut ids = run(after, limit).query(connection)?;
    // A list in memory is far shorter than what an i64 counts.
    let missing = limit - ids.len() as i64;
    if missing > 0 {
        let before = shuffled.push("< ").bind(key);
        ids.extend(run(before, missing).query::<Uuid>(connection)?);
    }
    Ok(ids)
}

/// Bytes that the owner's quota leaves, if there is one.
pub(crate) fn remaining_quota(connection: &mut Connection<'_>, owner: Uuid) -> Result<Option<i64>> {
    let sql = "SELECT quota_bytes - (SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM asset_count \
        WHERE owner_id = $1) FROM account WHERE id = $1";
    Ok(connection.query_optional(sql, &[owner.into()])?.flatten())
}

/// As [`remaining_quota`], of which nothing may be left, but no less.
pub(crate) fn find_remaining_quota(
    connection: &mut Connection<'_>,
    owner: Uuid,
) -> Result<Option<u64>> {
    let remaining = remaining_quota(connection, owner)?;
    Ok(remaining.map(|remaining| remaining.max(0).unsigned_abs()))
}

/// Whether an account is in use, and has a quota.
pub(crate) fn find_owner(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<OwnerAccount>> {
    let sql = Sql::select(OwnerAccount::COLUMNS).push(" FROM account WHERE id = ");
    sql.bind(id).query_optional(connection)
}

/// The type and visibility of one of the owner's assets; what is locked or in the trash is not found.
pub(crate) fn find_kind(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
) -> Result<Option<(AssetType, Visibility)>> {
    Sql::new("SELECT type, visibility FROM asset WHERE id = ")
        .bind(id)
        .push(" AND owner_id = ")
        .bind(owner)
        .push(" AND deleted_at IS NULL AND NOT ")
        .append(is_locked("asset"))
        .query_optional(connection)
}

/// Which library an asset is of, if any, and which device it came from.
pub(crate) fn find_origin(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<(Option<Uuid>, String)>> {
    let sql = "SELECT library_id, device_id FROM asset WHERE id = $1";
    connection.query_optional(sql, &[id.into()])
}

row! {
    /// One half of a live photo.
    #[derive(Debug, Clone)]
    pub(crate) struct LiveHalf {
        pub owner_id: Uuid = "asset.owner_id",
        pub kind: AssetType = "asset.type",
        pub content_identifier: String = "exif.live_photo_cid",
        pub live_photo_video_id: Option<Uuid> = "asset.live_photo_video_id",
        pub library_id: Option<Uuid> = "asset.library_id",
    }
}

/// An asset that says which live photo it belongs to; what is locked or in the trash is not found.
pub(crate) fn find_live_half(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<LiveHalf>> {
    let sql = Sql::select(LiveHalf::COLUMNS)
        .push(" FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id = ")
        .bind(id)
        .push(" AND exif.live_photo_cid IS NOT NULL AND asset.deleted_at IS NULL AND NOT ")
        .append(is_locked("asset"));
    sql.query_optional(connection)
}

/// What could be the other half: the owner's videos for a picture, the pictures without a moving part for a video, of the
/// same library or of none. The oldest come first.
pub(crate) fn list_counterparts(
    connection: &mut Connection<'_>,
    half: &LiveHalf,
) -> Result<Vec<Uuid>> {
    let wanted = match half.kind {
        AssetType::Image => "asset.type = 'VIDEO'",
        _ => "asset.type = 'IMAGE' AND asset.live_photo_video_id IS NULL",
    };
    Sql::new("SELECT asset.id FROM exif JOIN asset ON asset.id = exif.asset_id WHERE exif.live_photo_cid = ")
        .bind(&half.content_identifier)
        .push(" AND asset.owner_id = ")
        .bind(half.owner_id)
        .push(" AND asset.library_id IS NOT DISTINCT FROM ")
        .bind(half.library_id)
        .push(" AND asset.deleted_at IS NULL AND NOT ")
        .append(is_locked("asset"))
        .push(" AND ")
        .push(wanted)
        .push(" ORDER BY asset.created_at, asset.id")
        .query(connection)
}

/// Whether a picture still has this file and no moving part, and its user did not decide that it has none.
pub(crate) fn wants_motion_part(
    connection: &mut Connection<'_>,
    id: Uuid,
    checksum: &[u8],
) -> Result<bool> {
    let sql = "SELECT exif.edited FROM asset JOIN exif ON exif.asset_id = asset.id \
        WHERE asset.id = $1 AND asset.checksum = $2 AND asset.live_photo_video_id IS NULL";
    let edited = connection.query_optional::<String>(sql, &[id.into(), checksum.into()])?;
    Ok(edited.is_some_and(|edited| !is_edited(&edited, MOTION)))
}

/// Inserts an asset and its facts as far as they are known without looking into the file, unless the owner has these
/// bytes already. Answers whether it did.
pub(crate) fn insert_asset(connection: &mut Connection<'_>, asset: &NewAsset) -> Result<bool> {
    let inserted = connection.execute(
        "INSERT INTO asset (id, owner_id, device_asset_id, device_id, type, original_path, sidecar_path, \
         original_file_name, file_size, checksum, file_created_at, file_modified_at, local_date_time, duration, \
         visibility, is_favorite, live_photo_video_id, random_key, created_at, updated_at, sidecar_bytes, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $13, $14, $15, $16, $17, $18, $18, $19, \
         next_change_id()) \
         ON CONFLICT (owner_id, checksum) WHERE library_id IS NULL DO NOTHING",
        &[
            asset.id.into(),
            asset.owner_id.into(),
            (&asset.device_asset_id).into(),
            (&asset.device_id).into(),
            asset.kind.into(),
            (&asset.original_path).into(),
            (&asset.sidecar_path).into(),
            (&asset.original_file_name).into(),
            asset.file_size.into(),
            asset.checksum.as_slice().into(),
            asset.file_created_at.into(),
            asset.file_modified_at.into(),
            asset.duration.into(),
            asset.visibility.into(),
            asset.is_favorite.into(),
            asset.live_photo_video_id.into(),
            rand::random::<i64>().into(),
            asset.created_at.into(),
            asset.sidecar_bytes.into()],
    )?;
    if inserted == 0 {
        return Ok(false);
    }
    connection.execute(
        "INSERT INTO exif (asset_id, description, edited, is_dated, update_id) VALUES ($1, '', $2, NULL, next_change_id())",
        &[asset.id.into(), asset.decided.into()],
    )?;
    Ok(true)
}

/// Moves an asset to where it shows up from now on. What gets locked has to leave albums and links
/// too: `asset_removal::set_visibility` does both.
pub(crate) fn set_visibility(
    connection: &mut Connection<'_>,
    id: Uuid,
    visibility: Visibility,
    now: i64,
) -> Result<()> {
    update(connection, id, now, "visibility", visibility.into())
}

pub(crate) fn set_favorite(
    connection: &mut Connection<'_>,
    id: Uuid,
    is_favorite: bool,
    now: i64,
) -> Result<()> {
    update(connection, id, now, "is_favorite", is_favorite.into())
}

pub(crate) fn set_duplicate(
    connection: &mut Connection<'_>,
    id: Uuid,
    duplicate: Option<Uuid>,
    now: i64,
) -> Result<()> {
    update(connection, id, now, "duplicate_id", duplicate.into())
}

pub(crate) fn set_motion_part(
    connection: &mut Connection<'_>,
    id: Uuid,
    video: Option<Uuid>,
    now: i64,
) -> Result<()> {
    update(connection, id, now, "live_photo_video_id", video.into())
}

pub(crate) fn set_deleted(
    connection: &mut Connection<'_>,
    id: Uuid,
    deleted_at: Option<i64>,
    now: i64,
) -> Result<()> {
    update(connection, id, now, "deleted_at", deleted_at.into())
}

/// Takes assets out of the trash. Those that are not in it stay as they are, and so do those whose files are gone.
pub(crate) fn restore(connection: &mut Connection<'_>, ids: &[Uuid], now: i64) -> Result<()> {
    let sql = "UPDATE asset SET deleted_at = NULL, updated_at = $2, update_id = next_change_id() \
        WHERE id IN LIST($1) AND deleted_at IS NOT NULL AND offline_at IS NULL";
    connection.execute(sql, &[ids.into(), now.into()])?;
    Ok(())
}

/// Where an asset's original is, if the asset is there.
pub(crate) fn find_original_path(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<String>> {
    let sql = "SELECT original_path FROM asset WHERE id = $1";
    connection.query_optional(sql, &[id.into()])
}

/// Records where an asset's sidecar is, and its bytes. To its user nothing changes by it.
pub(crate) fn set_sidecar(
    connection: &mut Connection<'_>,
    id: Uuid,
    path: &str,
    bytes: i64,
) -> Result<()> {
    let sql = "UPDATE asset SET sidecar_path = $2, sidecar_bytes = $3, \
        update_id = CASE WHEN sidecar_path = $2 THEN update_id ELSE next_change_id() END WHERE id = $1";
    connection.execute(sql, &[id.into(), path.into(), bytes.into()])?;
    Ok(())
}

/// Bytes of an asset's sidecar, as far as it has one.
pub(crate) fn sidecar_bytes(connection: &mut Connection<'_>, id: Uuid) -> Result<i64> {
    let sql = "SELECT sidecar_bytes FROM asset WHERE id = $1";
    let bytes = connection.query_optional::<Option<i64>>(sql, &[id.into()])?;
    Ok(bytes.flatten().unwrap_or(0))
}

/// Sidecars of which is not known how large they are, with their assets' ids: some of them.
pub(crate) fn list_unmeasured_sidecars(
    connection: &mut Connection<'_>,
    limit: i64,
) -> Result<Vec<(Uuid, String)>> {
    let sql = "SELECT id, sidecar_path FROM asset WHERE sidecar_path IS NOT NULL AND sidecar_bytes IS NULL \
        ORDER BY id LIMIT $1";
    connection.query(sql, &[limit.into()])
}

/// Notes the bytes of a sidecar, unless another has taken its place.
pub(crate) fn set_measured_sidecar(
    connection: &mut Connection<'_>,
    id: Uuid,
    path: &str,
    bytes: i64,
) -> Result<()> {
    let sql = "UPDATE asset SET sidecar_bytes = $3 WHERE id = $1 AND sidecar_path = $2 AND sidecar_bytes IS NULL";
    connection.execute(sql, &[id.into(), path.into(), bytes.into()])?;
    Ok(())
}

fn update(
    connection: &mut Connection<'_>,
    id: Uuid,
    now: i64,
    column: &'static str,
    value: Value,
) -> Result<()> {
    let values = [(column, value), ("updated_at", now.into())];
    connection.update_row("asset", "id", id, values)
}

/// Notes that something about an asset changed.
pub(crate) fn touch(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    let sql = "UPDATE asset SET updated_at = $2, update_id = next_change_id() WHERE id = $1";
    connection.execute(sql, &[id.into(), now.into()])?;
    Ok(())
}

row! {
    /// When an asset was taken, and where the clock stood that said so. Times are microseconds.
    #[derive(Debug, Clone)]
    pub(crate) struct TakenAt {
        /// The moment.
        pub moment: i64 = "asset.file_created_at",
        /// The wall clock as if it were UTC.
        pub local: i64 = "asset.local_date_time",
        pub zone: Option<String> = "exif.time_zone",
    }
}

/// When an asset was taken, as far as it is known; `None` when it is gone.
pub(crate) fn find_taken_at(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<TakenAt>> {
    let sql = Sql::select(TakenAt::COLUMNS)
        .push(" FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id = ");
    sql.bind(id).query_optional(connection)
}

/// Moves an asset in time, for the timeline and in its facts.
pub(crate) fn set_taken_at(
    connection: &mut Connection<'_>,
    id: Uuid,
    taken: &TakenAt,
    now: i64,
) -> Result<()> {
    connection.execute(
        "UPDATE asset SET file_created_at = $2, local_date_time = $3, updated_at = $4, update_id = next_change_id() WHERE id = $1",
        &[id.into(), taken.moment.into(), taken.local.into(), now.into()],
    )?;
    edit(
        connection,
        id,
        "date",
        [
            ("date_time_original", taken.moment.into()),
            ("time_zone", (&taken.zone).into()),
        ],
    )
}

pub(crate) fn set_description(
    connection: &mut Connection<'_>,
    id: Uuid,
    description: &str,
) -> Result<()> {
    edit(
        connection,
        id,
        "description",
        [("description", description.into())],
    )
}

pub(crate) fn set_rating(
    connection: &mut Connection<'_>,
    id: Uuid,
    rating: Option<i64>,
) -> Result<()> {
    edit(connection, id, "rating", [("rating", rating.into())])
}

/// Notes that the user decided by what a picture moves, or that it does not.
pub(crate) fn set_motion_decided(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    edit(connection, id, MOTION, [("live_photo_cid", Value::Null)])
}

/// Latitude and longitude in degrees, and what the place is called.
pub(crate) fn set_place(
    connection: &mut Connection<'_>,
    id: Uuid,
    (latitude, longitude): (f64, f64),
    place: &Place,
) -> Result<()> {
    edit(
        connection,
        id,
        "place",
        [
            ("latitude", latitude.into()),
            ("longitude", longitude.into()),
            ("city", (&place.city).into()),
            ("state", (&place.state).into()),
            ("country", (&place.country).into()),
        ],
    )
}

/// Notes that the user decided about an asset's tags.
pub(crate) fn set_tags_edited(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    edit(connection, id, "tags", [])
}

/// Notes that the user decided about the faces on those assets that a query finds.
pub(crate) fn set_faces_edited(connection: &mut Connection<'_>, assets: Sql) -> Result<()> {
    let which = Sql::new("asset_id IN (").append(assets).push(")");
    edit_where(connection, which, "faces", [])
}

fn edit(
    connection: &mut Connection<'_>,
    id: Uuid,
    what: &str,
    values: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<()> {
    edit_where(connection, Sql::new("asset_id = ").bind(id), what, values)
}

/// Changes facts on the user's behalf, so that extraction leaves them alone from now on. By what a picture moves is
/// nothing that sidecars could say.
fn edit_where(
    connection: &mut Connection<'_>,
    which: Sql,
    what: &str,
    values: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<()> {
    let sql = Sql::new(
        "UPDATE exif SET update_id = next_change_id(), edited = CASE WHEN edited = '' THEN ",
    )
    .bind(what)
    .push(" WHEN ',' || edited || ',' LIKE '%,' || ")
    .bind(what)
    .push(" || ',%' THEN edited ELSE edited || ',' || ")
    .bind(what)
    .push(" END, sidecar_due = CASE WHEN ")
    .bind(what)
    .push(" = 'motion' THEN sidecar_due ELSE TRUE END");
    let sql = values.into_iter().fold(sql, |sql, (column, value)| {
        sql.push(", ").push(column).push(" = ").bind(value)
    });
    let sql = sql.push(" WHERE ").append(which);
    sql.execute(connection).map(drop)
}

/// Notes that an asset has another file or sidecar: it has to be looked into, and what the user changed to be written
/// to the sidecar after that.
pub(crate) fn set_unread(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    let sql = "UPDATE exif SET tags_read = FALSE, sidecar_due = (edited NOT IN ('', 'motion')), update_id = next_change_id() \
        WHERE asset_id = $1";
    connection.execute(sql, &[id.into()])?;
    Ok(())
}

/// Notes that the tags which an asset's file names are known.
pub(crate) fn set_tags_read(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    let sql = "UPDATE exif SET tags_read = TRUE WHERE asset_id = $1";
    connection.execute(sql, &[id.into()]).map(drop)
}

/// The values that apps keep with an asset, by key.
pub(crate) fn list_metadata(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Vec<AssetMetadataResponseDto>> {
    Sql::select(AssetMetadataResponseDto::COLUMNS)
        .push(" FROM asset_metadata WHERE asset_id = ")
        .bind(id)
        .push(" ORDER BY key")
        .query(connection)
}

pub(crate) fn find_metadata(
    connection: &mut Connection<'_>,
    id: Uuid,
    key: &str,
) -> Result<Option<AssetMetadataResponseDto>> {
    Sql::select(AssetMetadataResponseDto::COLUMNS)
        .push(" FROM asset_metadata WHERE asset_id = ")
        .bind(id)
        .push(" AND key = ")
        .bind(key)
        .query_optional(connection)
}

pub(crate) fn upsert_metadata(
    connection: &mut Connection<'_>,
    id: Uuid,
    key: &str,
    value: &Map<String, JsonValue>,
    now: i64,
) -> Result<()> {
    let value = Value::json(value)?;
    connection.execute(
        "INSERT INTO asset_metadata (asset_id, key, value, updated_at, update_id) VALUES ($1, $2, $3, $4, next_change_id()) \
         ON CONFLICT (asset_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, \
         update_id = next_change_id()",
        &[id.into(), key.into(), value, now.into()],
    )?;
    Ok(())
}

/// Removes a value, if there is one.
pub(crate) fn delete_metadata(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
    key: &str,
    now: i64,
) -> Result<()> {
    let sql = "DELETE FROM asset_metadata WHERE asset_id = $1 AND key = $2";
    let was_there = connection.execute(sql, &[id.into(), key.into()])? > 0;
    if was_there {
        let tombstone = Tombstone {
            owner,
            entity: "asset_metadata",
            id,
            part: Some(key),
            other: None,
        };
        record_tombstone(connection, tombstone, now)?;
    }
    Ok(())
}

/// How much apps keep with an asset.
pub(crate) fn metadata_size(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<MetadataSize>> {
    Sql::select(MetadataSize::COLUMNS)
        .push(" FROM asset WHERE id = ")
        .bind(id)
        .query_optional(connection)
}

/// The video that a picture moves by.
pub(crate) fn find_motion_part(
    connection: &mut Connection<'_>,
    picture: Uuid,
) -> Result<Option<Uuid>> {
    let sql = "SELECT live_photo_video_id FROM asset WHERE id = $1";
    Ok(connection.query_optional(sql, &[picture.into()])?.flatten())
}

/// Which of some assets are moving parts, and of which pictures.
pub(crate) fn list_motion_parts(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>> {
    let sql = "SELECT live_photo_video_id, id FROM asset WHERE live_photo_video_id IN LIST($1)";
    connection.query(sql, &[ids.into()])
}

/// Whether another asset still moves by this video.
pub(crate) fn is_motion_part(connection: &mut Connection<'_>, video: Uuid) -> Result<bool> {
    let sql = "SELECT id FROM asset WHERE live_photo_video_id = $1 LIMIT 1";
    Ok(connection
        .query_optional::<Uuid>(sql, &[video.into()])?
        .is_some())
}

/// Leaves the pictures that moved by this video without a moving part.
pub(crate) fn forget_motion_part(
    connection: &mut Connection<'_>,
    video: Uuid,
    now: i64,
) -> Result<()> {
    let sql = "SELECT id FROM asset WHERE live_photo_video_id = $1";
    let stills: Vec<Uuid> = connection.query(sql, &[video.into()])?;
    stills
        .into_iter()
        .try_for_each(|still| set_motion_part(connection, still, None, now))
}

/// The assets that have been in the trash since before `deadline`.
pub(crate) fn list_expired_trash(
    connection: &mut Connection<'_>,
    deadline: i64,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM asset WHERE deleted_at IS NOT NULL AND deleted_at < $1 ORDER BY deleted_at LIMIT $2";
    connection.query(sql, &[deadline.into(), limit.into()])
}

/// Some of a user's assets, in the order of an index that begins with the owner.
pub(crate) fn list_owned(
    connection: &mut Connection<'_>,
    owner: Uuid,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let sql =
        "SELECT id FROM asset WHERE owner_id = $1 ORDER BY device_id, device_asset_id LIMIT $2";
    connection.query(sql, &[owner.into(), limit.into()])
}

/// The whole record, for whoever may see it.
pub(crate) fn find_row(
    connection: &mut Connection<'_>,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<AssetRow>> {
    let sql = Sql::select(AssetRow::COLUMNS).push(" FROM asset WHERE asset.id = ");
    let sql = sql.bind(id).push(" AND ").append(scope.condition());
    sql.query_optional(connection)
}

/// Gives an asset a new file. What was derived from the old one is forgotten; a date that the user set stays.
pub(crate) fn replace_file(connection: &mut Connection<'_>, asset: &NewAsset) -> Result<()> {
    let Some(taken) = find_taken_at(connection, asset.id)? else {
        return Ok(());
    };
    let sql = "SELECT edited FROM exif WHERE asset_id = $1";
    let edited: String = connection.query_one(sql, &[asset.id.into()])?;
    let (moment, local) = if is_edited(&edited, "date") {
        (taken.moment, taken.local)
    } else {
        (asset.file_created_at, asset.file_created_at)
    };
    connection.execute(
        "UPDATE asset SET device_asset_id = $2, device_id = $3, type = $4, original_path = $5, sidecar_path = $6, \
         original_file_name = $7, file_size = $8, checksum = $9, file_created_at = $10, file_modified_at = $11, \
         local_date_time = $14, sidecar_bytes = $15, duration = $12, live_photo_video_id = NULL, duplicate_id = NULL, thumbhash = NULL, \
         thumbnail_path = NULL, preview_path = NULL, fullsize_path = NULL, encoded_video_path = NULL, bare_video_path = NULL, \
         updated_at = $13, update_id = next_change_id() \
         WHERE id = $1",
        &[
            asset.id.into(),
            (&asset.device_asset_id).into(),
            (&asset.device_id).into(),
            asset.kind.into(),
            (&asset.original_path).into(),
            (&asset.sidecar_path).into(),
            (&asset.original_file_name).into(),
            asset.file_size.into(),
            asset.checksum.as_slice().into(),
            moment.into(),
            asset.file_modified_at.into(),
            asset.duration.into(),
            asset.created_at.into(),
            local.into(),
            asset.sidecar_bytes.into()],
    )?;
    connection.execute(
        "UPDATE exif SET live_photo_cid = NULL, is_dated = NULL WHERE asset_id = $1",
        &[asset.id.into()],
    )?;
    connection.execute(
        "DELETE FROM asset_fingerprint WHERE asset_id = $1",
        &[asset.id.into()],
    )?;
    Ok(())
}

/// Makes a second record of an asset's present file, in the trash.
pub(crate) fn insert_trashed_copy(
    connection: &mut Connection<'_>,
    of: Uuid,
    copy: Uuid,
    now: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO asset (id, owner_id, library_id, device_asset_id, device_id, type, original_path, sidecar_path, sidecar_bytes, \
         thumbnail_path, preview_path, fullsize_path, encoded_video_path, bare_video_path, original_file_name, file_size, checksum, \
         thumbhash, file_created_at, file_modified_at, local_date_time, duration, visibility, is_favorite, \
         live_photo_video_id, random_key, deleted_at, created_at, updated_at, update_id) \
         SELECT $2, owner_id, library_id, device_asset_id, device_id, type, original_path, sidecar_path, sidecar_bytes, \
         thumbnail_path, preview_path, fullsize_path, encoded_video_path, bare_video_path, original_file_name, file_size, $4, \
         thumbhash, file_created_at, file_modified_at, local_date_time, duration, visibility, is_favorite, \
         live_photo_video_id, random_key, $3, $3, $3, next_change_id() FROM asset WHERE id = $1",
        // The checksum is still the original's own; the owner may have each only once.
        &[of.into(), copy.into(), now.into(), copy.as_bytes().as_slice().into()],
    )?;
    connection.execute(
        "INSERT INTO exif (asset_id, make, model, lens_model, exposure_time, f_number, focal_length, iso, width, \
         height, orientation, date_time_original, modify_date, time_zone, latitude, longitude, city, state, country, \
         description, rating, projection_type, live_photo_cid, burst_id, edited, sidecar_due, tags_read, is_dated, update_id) \
         SELECT $2, make, model, lens_model, exposure_time, f_number, focal_length, iso, width, height, orientation, \
         date_time_original, modify_date, time_zone, latitude, longitude, city, state, country, description, rating, \
         projection_type, live_photo_cid, burst_id, edited, sidecar_due, tags_read, is_dated, next_change_id() FROM exif WHERE asset_id = $1",
        &[of.into(), copy.into()],
    )?;
    Ok(())
}

row! {
    /// What is still to be done for an asset.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct DueWork {
        /// Its file was not looked into.
        pub is_unread: bool = "exif.tags_read = FALSE",
        /// It has no thumbnail.
        pub is_undrawn: bool = "asset.thumbnail_path IS NULL",
        /// Its sidecar does not say what its user changed.
        pub is_sidecar_due: bool = "exif.sidecar_due",
    }
}

pub(crate) fn find_due_work(connection: &mut Connection<'_>, id: Uuid) -> Result<DueWork> {
    Sql::select(DueWork::COLUMNS)
        .push(" FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id = ")
        .bind(id)
        .query_one(connection)
}

/// Gives a copy the checksum of its file, once the original has given it up. Apps that synchronise are told in that order,
/// too, whatever changes later: they may have each checksum only once.
pub(crate) fn take_checksum(
    connection: &mut Connection<'_>,
    copy: Uuid,
    of: Uuid,
    checksum: &[u8],
) -> Result<()> {
    connection.execute(
        "UPDATE asset SET checksum = $2, update_id = next_change_id() WHERE id = $1",
        &[copy.into(), checksum.into()],
    )?;
    connection.execute(
        "INSERT INTO replaced_file (asset_id, copy_id) VALUES ($1, $2)",
        &[of.into(), copy.into()],
    )?;
    Ok(())
}
