//! SQL of the albums.

use std::collections::HashSet;

use uuid::Uuid;

use crate::access::{AlbumRole, album_in_use, presentable, shown_in_album, still_shared};
use crate::core::albums::album::{AlbumStatisticsResponseDto, AlbumUserResponseDto, IS_SHARED};
use crate::core::choices::AssetOrder;
use kallitype_db::tombstone::{Tombstone, record_tombstone};
use kallitype_db::{Connection, Result, Sql, row};

row! {
    /// An album as the database has it. Times are microseconds UTC.
    #[derive(Debug, Clone)]
    pub(crate) struct AlbumRow {
        pub id: Uuid = "album.id",
        pub name: String = "album.name",
        pub description: String = "album.description",
        pub is_activity_enabled: bool = "album.is_activity_enabled",
        pub order: AssetOrder = "album.sort_order",
        pub created_at: i64 = "album.created_at",
        pub updated_at: i64 = "album.updated_at",
        pub has_shared_link: bool = "EXISTS (SELECT 1 FROM shared_link WHERE shared_link.album_id = album.id)",
        /// The chosen picture as long as it is shown, else the latest.
        pub thumbnail_asset_id: Option<Uuid> = "album.thumbnail_asset_id",
    }
}

row! {
    /// What the pictures of an album come to.
    #[derive(Debug, Clone, Copy, Default)]
    pub(crate) struct AlbumTotals {
        pub assets: i64 = "COUNT(*)",
        /// The earliest and the latest wall clock.
        pub start: Option<i64> = "MIN(asset.local_date_time)",
        pub end: Option<i64> = "MAX(asset.local_date_time)",
        pub last_modified: Option<i64> = "MAX(asset.updated_at)",
    }
}

/// Which of a user's albums are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AlbumFilter {
    pub is_owned: Option<bool>,
    pub is_shared: Option<bool>,
    pub asset: Option<Uuid>,
}

/// Albums with the picture that stands for each: the chosen one as long as it is shown, else the latest.
fn select_albums(condition: Sql) -> Sql {
    Sql::select(AlbumRow::COLUMNS)
        .push(
            ", COALESCE((SELECT asset.id FROM album_asset held JOIN asset ON asset.id = held.asset_id \
             WHERE held.album_id = album.id AND held.asset_id = album.thumbnail_asset_id AND ",
        )
        .append(shown_in_album())
        .push(
            "), (SELECT asset.id FROM album_asset held JOIN asset ON asset.id = held.asset_id \
             WHERE held.album_id = album.id AND ",
        )
        .append(shown_in_album())
        .push(" ORDER BY asset.file_created_at DESC, asset.id LIMIT 1)) FROM album WHERE ")
        .append(condition)
}

fn with_thumbnail((album, thumbnail_asset_id): (AlbumRow, Option<Uuid>)) -> AlbumRow {
    AlbumRow {
        thumbnail_asset_id,
        ..album
    }
}

pub(crate) fn find(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<AlbumRow>> {
    let sql = select_albums(Sql::new("album.id = ").bind(id));
    Ok(sql.query_optional(connection)?.map(with_thumbnail))
}

/// What an album is called; nothing when there is none.
pub(crate) fn name(connection: &mut Connection<'_>, id: Uuid) -> Result<String> {
    let sql = "SELECT name FROM album WHERE id = $1";
    let found = connection.query_optional(sql, &[id.into()])?;
    Ok(found.unwrap_or_default())
}

/// The albums that a user is in, newest first.
pub(crate) fn list_ids(
    connection: &mut Connection<'_>,
    user: Uuid,
    filter: AlbumFilter,
) -> Result<Vec<Uuid>> {
    let sql = Sql::new(
        "SELECT album.id FROM album JOIN album_user mine ON mine.album_id = album.id WHERE mine.user_id = ",
    );
    let sql = sql
        .bind(user)
        .push(" AND ")
        .append(album_in_use("album.id"));
    let sql = match filter.is_owned {
        Some(true) => sql.push(" AND mine.role = 'owner'"),
        Some(false) => sql.push(" AND mine.role <> 'owner'"),
        None => sql,
    };
    let sql = match filter.is_shared {
        Some(true) => sql.push(" AND ").push(IS_SHARED),
        Some(false) => sql.push(" AND NOT ").push(IS_SHARED),
        None => sql,
    };
    let sql = match filter.asset {
        Some(asset) => sql.push(" AND ").append(shows(asset)),
        None => sql,
    };
    sql.push(" ORDER BY album.created_at DESC, album.id DESC")
        .query(connection)
}

/// The condition that `album` shows an asset.
fn shows(asset: Uuid) -> Sql {
    Sql::new(
        "EXISTS (SELECT 1 FROM album_asset held JOIN asset ON asset.id = held.asset_id \
         WHERE held.album_id = album.id AND held.asset_id = ",
    )
    .bind(asset)
    .push(" AND ")
    .append(shown_in_album())
    .push(")")
}

/// Some albums, newest first.
pub(crate) fn list_by_ids(
    connection: &mut Connection<'_>,
    ids: Vec<Uuid>,
) -> Result<Vec<AlbumRow>> {
    let sql = select_albums(Sql::new("album.id IN LIST(").bind(ids).push(")"));
    let sql = sql.push(" ORDER BY album.created_at DESC, album.id DESC");
    let found = sql.query(connection)?.into_iter();
    Ok(found.map(with_thumbnail).collect())
}

/// How many albums a user has made, shares or is shown, and keeps to themselves.
pub(crate) fn count(
    connection: &mut Connection<'_>,
    user: Uuid,
) -> Result<AlbumStatisticsResponseDto> {
    let sql = Sql::select(AlbumStatisticsResponseDto::COLUMNS)
        .push(" FROM album JOIN album_user mine ON mine.album_id = album.id WHERE mine.user_id = ")
        .bind(user)
        .push(" AND ")
        .append(album_in_use("album.id"));
    sql.query_one(connection)
}

/// Totals of some albums; those without pictures are not among them.
pub(crate) fn list_totals(
    connection: &mut Connection<'_>,
    albums: Vec<Uuid>,
) -> Result<Vec<(Uuid, AlbumTotals)>> {
    Sql::new("SELECT held.album_id, ")
        .push(AlbumTotals::COLUMNS)
        .push(" FROM album_asset held JOIN asset ON asset.id = held.asset_id WHERE held.album_id IN LIST(")
        .bind(albums)
        .push(") AND ")
        .append(shown_in_album())
        .push(" GROUP BY held.album_id")
        .query(connection)
}

/// Who is in some albums and still has their account, the owners first.
pub(crate) fn list_users(
    connection: &mut Connection<'_>,
    albums: Vec<Uuid>,
) -> Result<Vec<(Uuid, AlbumUserResponseDto)>> {
    let sql = Sql::new("SELECT album_user.album_id, ")
        .push(AlbumUserResponseDto::COLUMNS)
        .push(" FROM album_user JOIN account ON account.id = album_user.user_id WHERE album_user.album_id IN LIST(")
        .bind(albums);
    let sql = sql.push(
        ") AND account.status = 'active' \
         ORDER BY CASE WHEN album_user.role = 'owner' THEN 0 ELSE 1 END, account.name, account.id",
    );
    sql.query(connection)
}

/// The ids of the pictures that an album shows, in its order.
pub(crate) fn list_shown(
    connection: &mut Connection<'_>,
    album: Uuid,
    order: AssetOrder,
) -> Result<Vec<Uuid>> {
    Sql::new("SELECT asset.id FROM album_asset held JOIN asset ON asset.id = held.asset_id WHERE held.album_id = ")
        .bind(album)
        .push(" AND ")
        .append(shown_in_album())
        .push(order.by_moment())
        .query(connection)
}

pub(crate) fn insert(
    connection: &mut Connection<'_>,
    id: Uuid,
    (name, description): (&str, &str),
    now: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO album (id, name, description, is_activity_enabled, sort_order, created_at, updated_at, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, next_change_id())",
        &[
            id.into(),
            name.into(),
            description.into(),
            true.into(),
            AssetOrder::Descending.into(),
            now.into()],
    )?;
    Ok(())
}

/// Notes that an album's pictures changed. It is shown by this asset if none was chosen yet.
pub(crate) fn touch(
    connection: &mut Connection<'_>,
    id: Uuid,
    thumbnail: Option<Uuid>,
    now: i64,
) -> Result<()> {
    let sql = "UPDATE album SET thumbnail_asset_id = COALESCE(thumbnail_asset_id, $2), updated_at = $3, \
        update_id = next_change_id() WHERE id = $1";
    connection.execute(sql, &[id.into(), thumbnail.into(), now.into()])?;
    Ok(())
}

/// Deletes an album and tells everyone who was in it. Its pictures stay where they are.
pub(crate) fn delete(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    for user in list_user_ids(connection, id)? {
        bury_album(connection, id, user, now)?;
    }
    connection.execute("DELETE FROM album WHERE id = $1", &[id.into()])?;
    Ok(())
}

/// Deletes the albums of a user, and takes them out of all others; answers which albums were deleted.
///
/// # Errors
/// When the database fails.
pub(crate) fn forget_user(
    connection: &mut Connection<'_>,
    user: Uuid,
    now: i64,
) -> Result<Vec<Uuid>> {
    let sql = "SELECT album_id FROM album_user WHERE user_id = $1 AND role = 'owner'";
    let own: Vec<Uuid> = connection.query(sql, &[user.into()])?;
    own.iter()
        .try_for_each(|album| delete(connection, *album, now))?;
    let sql = "SELECT album_id FROM album_user WHERE user_id = $1";
    let others: Vec<Uuid> = connection.query(sql, &[user.into()])?;
    others
        .iter()
        .try_for_each(|album| remove_user(connection, *album, user, now))?;
    Ok(own)
}

fn bury_album(connection: &mut Connection<'_>, album: Uuid, user: Uuid, now: i64) -> Result<()> {
    let tombstone = Tombstone {
        owner: user,
        entity: "album",
        id: album,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}

pub(crate) fn list_user_ids(connection: &mut Connection<'_>, album: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT user_id FROM album_user WHERE album_id = $1";
    connection.query(sql, &[album.into()])
}

/// Puts someone into an album; answers whether they were not in it before.
pub(crate) fn add_user(
    connection: &mut Connection<'_>,
    album: Uuid,
    user: Uuid,
    role: AlbumRole,
    now: i64,
) -> Result<bool> {
    let sql = "INSERT INTO album_user (album_id, user_id, role, created_at, update_id) VALUES ($1, $2, $3, $4, next_change_id()) \
        ON CONFLICT DO NOTHING";
    let added = connection.execute(sql, &[album.into(), user.into(), role.into(), now.into()])?;
    Ok(added > 0)
}

/// Changes what someone is in an album; answers whether they are in it.
pub(crate) fn set_role(
    connection: &mut Connection<'_>,
    album: Uuid,
    user: Uuid,
    role: AlbumRole,
) -> Result<bool> {
    let sql = "UPDATE album_user SET role = $3, update_id = next_change_id() WHERE album_id = $1 AND user_id = $2";
    let parameters = [album.into(), user.into(), role.into()];
    Ok(connection.execute(sql, &parameters)? > 0)
}

/// Takes someone out of an album, and tells them and everyone who is left.
pub(crate) fn remove_user(
    connection: &mut Connection<'_>,
    album: Uuid,
    user: Uuid,
    now: i64,
) -> Result<()> {
    let sql = "DELETE FROM album_user WHERE album_id = $1 AND user_id = $2";
    connection.execute(sql, &[album.into(), user.into()])?;
    bury_album(connection, album, user, now)?;
    let tombstone = Tombstone {
        owner: album,
        entity: "album_user",
        id: user,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}

/// Which of some assets are in an album, shown or not.
pub(crate) fn held(
    connection: &mut Connection<'_>,
    album: Uuid,
    assets: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let sql = "SELECT asset_id FROM album_asset WHERE album_id = $1 AND asset_id IN LIST($2)";
    let found = connection.query(sql, &[album.into(), assets.into()])?;
    Ok(found.into_iter().collect())
}

/// Which of some assets are in an album of those who may not share them any more: it does not show them.
pub(crate) fn held_in_vain(
    connection: &mut Connection<'_>,
    album: Uuid,
    assets: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let sql = Sql::new(
        "SELECT asset.id FROM album_asset held JOIN asset ON asset.id = held.asset_id WHERE held.album_id = ",
    )
    .bind(album)
    .push(" AND held.asset_id IN LIST(")
    .bind(assets)
    .push(") AND NOT ")
    .append(still_shared("asset", "held.added_by"));
    Ok(sql.query(connection)?.into_iter().collect())
}

/// Whether an asset may be shown to others and is not shown in an album yet.
pub(crate) fn can_be_added(
    connection: &mut Connection<'_>,
    album: Uuid,
    asset: Uuid,
) -> Result<bool> {
    let sql = Sql::new("SELECT asset.id FROM asset WHERE asset.id = ")
        .bind(asset)
        .push(" AND ")
        .append(presentable("asset"))
        .push(
            " AND NOT EXISTS (SELECT 1 FROM album_asset held WHERE held.asset_id = asset.id AND held.album_id = ",
        )
        .bind(album)
        .push(" AND ")
        .append(still_shared("asset", "held.added_by"))
        .push(")");
    Ok(sql.query_optional::<Uuid>(connection)?.is_some())
}

/// Puts assets into an album, or has someone else share those that are in it.
pub(crate) fn add_assets(
    connection: &mut Connection<'_>,
    album: Uuid,
    assets: &[Uuid],
    by: Uuid,
    now: i64,
) -> Result<()> {
    let rows = assets
        .iter()
        .map(|asset| [album.into(), asset.into(), by.into(), now.into()])
        .collect();
    let sql = "INSERT INTO album_asset (album_id, asset_id, added_by, created_at, update_id)";
    let conflict = "ON CONFLICT (album_id, asset_id) DO UPDATE SET added_by = excluded.added_by, \
        update_id = excluded.update_id";
    connection.insert_changes(sql, rows, conflict)
}

/// Takes assets out of an album.
pub(crate) fn remove_assets(
    connection: &mut Connection<'_>,
    album: Uuid,
    assets: &[Uuid],
    now: i64,
) -> Result<()> {
    let sql = "DELETE FROM album_asset WHERE album_id = $1 AND asset_id IN LIST($2)";
    connection.execute(sql, &[album.into(), assets.into()])?;
    assets
        .iter()
        .try_for_each(|asset| bury_held(connection, album, *asset, now))
}

fn bury_held(connection: &mut Connection<'_>, album: Uuid, asset: Uuid, now: i64) -> Result<()> {
    let tombstone = Tombstone {
        owner: album,
        entity: "album_asset",
        id: asset,
        part: None,
        other: None,
    };
    record_tombstone(connection, tombstone, now)
}

/// Takes an asset out of every album that it is in.
pub(crate) fn leave_all(connection: &mut Connection<'_>, asset: Uuid, now: i64) -> Result<()> {
    let sql = "SELECT album_id FROM album_asset WHERE asset_id = $1";
    let albums: Vec<Uuid> = connection.query(sql, &[asset.into()])?;
    albums
        .iter()
        .try_for_each(|album| remove_assets(connection, *album, &[asset], now))
}
