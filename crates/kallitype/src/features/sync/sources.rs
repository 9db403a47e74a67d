//! Where the lines of each type come from: rows of one user, of partners or of albums, in the order of their changes. Each
//! is a range of an index that begins with whose the rows are.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lines::{
    MemoryRow, SyncAlbumToAssetV1, SyncAlbumUserV1, SyncAlbumV1, SyncAssetFaceV1,
    SyncAssetMetadataV1, SyncAuthUserV1, SyncMemoryAssetV1, SyncMemoryV1, SyncPartnerV1,
    SyncPersonV1, SyncStackV1, SyncUserMetadataV1, SyncUserV1, UserMetadataKey,
};
use super::page::Lines;
use crate::access::{album_in_use, shown_in_album};
use crate::core::accounts::user::UserLicense;
use crate::core::asset_sync::{SyncAssetExifV1, SyncAssetV1};
use crate::core::license::LicenseResponseDto;
use kallitype_db::constcat::concat;
use kallitype_db::{Connection, FromRow, Json, Result, Sql};

/// Which rows are wanted.
#[derive(Debug, Clone)]
pub(super) struct Range {
    pub user: Uuid,
    /// The partners or the albums whose rows they are; no one's for those of the user.
    pub of: Vec<Uuid>,
    pub after: Uuid,
    pub through: Uuid,
    /// When the stream began, for rows that others refer to: of those that were there by then, also what has changed since
    /// is wanted, lest others come without them.
    pub began: Option<i64>,
    /// For changes in albums: up to which change id assets in albums were sent.
    pub sent: Uuid,
    pub limit: i64,
}

impl Range {
    /// The condition on a table's change id, which is one of a pair of texts: of the change id, and of the moment when the row was made.
    fn condition(&self, change: &'static str, created_at: &'static str) -> Sql {
        let sql = Sql::new(change).push(" > ").bind(self.after).push(" AND ");
        match self.began {
            None => sql.push(change).push(" <= ").bind(self.through),
            Some(began) => sql
                .push("(")
                .push(change)
                .push(" <= ")
                .bind(self.through)
                .push(" OR ")
                .push(created_at)
                .push(" <= ")
                .bind(began)
                .push(")"),
        }
    }

    /// The condition for rows that none refers to.
    fn changed(&self, change: &'static str) -> Sql {
        let sql = Sql::new(change).push(" > ").bind(self.after);
        sql.push(" AND ")
            .push(change)
            .push(" <= ")
            .bind(self.through)
    }
}

/// Reads the rows of a range in the order of their changes.
pub(super) type Read = fn(&mut Connection<'_>, &Range, &mut Lines<'_>) -> Result<()>;

/// The end of a query for rows of which the first column is their change id.
fn in_order(sql: Sql, range: &Range) -> Sql {
    sql.push(" ORDER BY change LIMIT ").bind(range.limit)
}

fn send<T: FromRow + Serialize>(
    connection: &mut Connection<'_>,
    sql: Sql,
    lines: &mut Lines<'_>,
) -> Result<()> {
    sql.query_each(connection, |(change, data): (Uuid, T)| {
        lines.push(change, &data)
    })
}

fn send_assets(
    connection: &mut Connection<'_>,
    sql: Sql,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    sql.query_each(connection, |(change, mut asset): (Uuid, SyncAssetV1)| {
        asset.hide_from(range.user);
        lines.push(change, &asset)
    })
}

/// Who shares their timeline with a user, and since when.
pub(super) fn list_partners(
    connection: &mut Connection<'_>,
    user: Uuid,
    through: Uuid,
) -> Result<Vec<(Uuid, Uuid)>> {
    let sql = "SELECT partner.create_id, partner.shared_by_id FROM partner \
        JOIN account ON account.id = partner.shared_by_id \
        WHERE partner.shared_with_id = $1 AND partner.create_id <= $2 AND account.status = 'active' \
        ORDER BY partner.create_id";
    connection.query(sql, &[user.into(), through.into()])
}

/// The albums that a user is in, and since when.
pub(super) fn list_albums(
    connection: &mut Connection<'_>,
    user: Uuid,
    through: Uuid,
) -> Result<Vec<(Uuid, Uuid)>> {
    albums_of(user, through, "")
        .push(" ORDER BY mine.create_id")
        .query(connection)
}

/// As [`list_albums`], of others.
pub(super) fn list_shared_albums(
    connection: &mut Connection<'_>,
    user: Uuid,
    through: Uuid,
) -> Result<Vec<(Uuid, Uuid)>> {
    albums_of(user, through, " AND mine.role <> 'owner'")
        .push(" ORDER BY mine.create_id")
        .query(connection)
}

fn albums_of(user: Uuid, through: Uuid, and: &'static str) -> Sql {
    Sql::new("SELECT mine.create_id, mine.album_id FROM album_user mine WHERE mine.user_id = ")
        .bind(user)
        .push(" AND mine.create_id <= ")
        .bind(through)
        .push(" AND ")
        .append(album_in_use("mine.album_id"))
        .push(and)
}

/// The account of the app's user. What it takes changes with its assets.
pub(super) fn auth_user(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    const SQL: &str = concat!(
        "SELECT account.update_id, \
         (SELECT asset.update_id FROM asset WHERE asset.owner_id = account.id ORDER BY asset.update_id DESC LIMIT 1), \
         (SELECT tombstone.update_id FROM tombstone WHERE tombstone.owner_id = account.id \
          AND tombstone.entity = 'asset' ORDER BY tombstone.update_id DESC LIMIT 1), ",
        SyncAuthUserV1::COLUMNS,
        " FROM account WHERE account.id = $1",
    );
    type Found = (Uuid, Option<Uuid>, Option<Uuid>, SyncAuthUserV1);
    for (own, asset, gone, user) in connection.query::<Found>(SQL, &[range.user.into()])? {
        let change = [asset, gone]
            .into_iter()
            .flatten()
            .fold(own, |latest, change| latest.max(change));
        if change > range.after {
            lines.push(change, &user)?;
        }
    }
    Ok(())
}

pub(super) fn users(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT account.update_id AS change, ").push(SyncUserV1::COLUMNS);
    let sql = sql
        .push(" FROM account WHERE ")
        .append(range.condition("account.update_id", "account.created_at"));
    send::<SyncUserV1>(connection, in_order(sql, range), lines)
}

pub(super) fn partners(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT partner.update_id AS change, ").push(SyncPartnerV1::COLUMNS);
    let sql = sql
        .push(" FROM partner WHERE (partner.shared_by_id = ")
        .bind(range.user)
        .push(" OR partner.shared_with_id = ")
        .bind(range.user)
        .push(") AND ")
        .append(range.changed("partner.update_id"));
    send::<SyncPartnerV1>(connection, in_order(sql, range), lines)
}

/// What the user chose and has, line by line: all of it changes with the account.
pub(super) fn user_metadata(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    const SQL: &str = concat!(
        "SELECT account.update_id, account.preferences, account.is_onboarded, ",
        UserLicense::COLUMNS,
        " FROM account WHERE account.id = $1",
    );
    type Found = (Uuid, Json<Value>, bool, Option<UserLicense>);
    for (change, Json(preferences), is_onboarded, license) in
        connection.query::<Found>(SQL, &[range.user.into()])?
    {
        if change <= range.after || change > range.through {
            continue;
        }
        let license = license.map(|license| json!(LicenseResponseDto::from(license)));
        let chosen = Some(preferences).filter(|chosen| *chosen != json!({}));
        let onboarded = is_onboarded.then(|| json!({"isOnboarded": true}));
        let values = [
            (UserMetadataKey::Preferences, chosen),
            (UserMetadataKey::License, license),
            (UserMetadataKey::Onboarding, onboarded),
        ];
        let values = values
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        let values: Vec<_> = values.collect();
        let last = values.len().saturating_sub(1);
        for (position, (key, value)) in values.into_iter().enumerate() {
            // An app that has the first of them does not have the others yet.
            let reached = if position == last {
                change
            } else {
                range.after
            };
            let user_id = range.user;
            lines.push(
                reached,
                &SyncUserMetadataV1 {
                    key,
                    user_id,
                    value,
                },
            )?;
        }
    }
    Ok(())
}

pub(super) fn own_assets(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = assets_of(range.user, range);
    send_assets(connection, in_order(sql, range), range, lines)
}

fn assets_of(owner: Uuid, range: &Range) -> Sql {
    Sql::new("SELECT asset.update_id AS change, ")
        .push(SyncAssetV1::COLUMNS)
        .push(" FROM asset WHERE asset.owner_id = ")
        .bind(owner)
        .push(" AND ")
        .append(range.condition("asset.update_id", "asset.created_at"))
}

pub(super) fn own_exifs(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = exifs_of(range.user, range);
    send::<SyncAssetExifV1>(connection, in_order(sql, range), lines)
}

fn exifs_of(owner: Uuid, range: &Range) -> Sql {
    Sql::new("SELECT exif.update_id AS change, ")
        .push(SyncAssetExifV1::COLUMNS)
        .push(" FROM exif JOIN asset ON asset.id = exif.asset_id WHERE exif.asset_owner_id = ")
        .bind(owner)
        .push(" AND ")
        .append(range.changed("exif.update_id"))
}

/// The condition that partners are shown an asset: it is in the timeline, or it moves what is.
fn shown_to_partners(sql: Sql) -> Sql {
    sql.push(
        " AND asset.deleted_at IS NULL AND (asset.visibility = 'timeline' OR (asset.visibility = 'hidden' \
         AND EXISTS (SELECT 1 FROM asset holder WHERE holder.live_photo_video_id = asset.id \
         AND holder.visibility = 'timeline' AND holder.deleted_at IS NULL)))",
    )
}

pub(super) fn partner_assets(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let parts = range
        .of
        .iter()
        .map(|partner| shown_to_partners(assets_of(*partner, range)));
    match merged(connection, parts.collect(), range) {
        Some(sql) => send_assets(connection, sql, range, lines),
        None => Ok(()),
    }
}

pub(super) fn partner_exifs(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let parts = range
        .of
        .iter()
        .map(|partner| shown_to_partners(exifs_of(*partner, range)));
    match merged(connection, parts.collect(), range) {
        Some(sql) => send::<SyncAssetExifV1>(connection, sql, lines),
        None => Ok(()),
    }
}

fn merged(connection: &Connection<'_>, parts: Vec<Sql>, range: &Range) -> Option<Sql> {
    (!parts.is_empty()).then(|| connection.merge(parts, "change", range.limit))
}

pub(super) fn own_stacks(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = stacks_of(range.user, range);
    send::<SyncStackV1>(connection, in_order(sql, range), lines)
}

pub(super) fn partner_stacks(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    // One whose primary they are not shown would tell of it.
    let parts = range.of.iter().map(|partner| {
        stacks_of(*partner, range).push(
            " AND EXISTS (SELECT 1 FROM asset WHERE asset.id = stack.primary_asset_id \
             AND asset.visibility = 'timeline' AND asset.deleted_at IS NULL)",
        )
    });
    match merged(connection, parts.collect(), range) {
        Some(sql) => send::<SyncStackV1>(connection, sql, lines),
        None => Ok(()),
    }
}

fn stacks_of(owner: Uuid, range: &Range) -> Sql {
    Sql::new("SELECT stack.update_id AS change, ")
        .push(SyncStackV1::COLUMNS)
        .push(" FROM stack WHERE stack.owner_id = ")
        .bind(owner)
        .push(" AND ")
        .append(range.condition("stack.update_id", "stack.created_at"))
}

/// What albums hold and show, by when it came in.
fn held_in_albums(connection: &Connection<'_>, columns: &'static str, range: &Range) -> Sql {
    let held = Sql::new("SELECT held.update_id AS change, ")
        .push(columns)
        .push(" FROM album_asset held");
    let held = connection
        .by_index(held, "album_asset_sync")
        .push(" JOIN asset ON asset.id = held.asset_id JOIN exif ON exif.asset_id = asset.id WHERE held.album_id IN LIST(")
        .bind(range.of.clone())
        .push(") AND ")
        .append(range.changed("held.update_id"))
        .push(" AND ")
        .append(shown_in_album());
    in_order(held, range)
}

pub(super) fn album_links(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = held_in_albums(connection, SyncAlbumToAssetV1::COLUMNS, range);
    send::<SyncAlbumToAssetV1>(connection, sql, lines)
}

pub(super) fn album_assets(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = held_in_albums(connection, SyncAssetV1::COLUMNS, range);
    send_assets(connection, sql, range, lines)
}

pub(super) fn album_exifs(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = held_in_albums(connection, SyncAssetExifV1::COLUMNS, range);
    send::<SyncAssetExifV1>(connection, sql, lines)
}

/// Whose assets albums can hold: of those who are in them, and of those who share their timelines with these.
fn list_owners(connection: &mut Connection<'_>, albums: &[Uuid]) -> Result<Vec<Uuid>> {
    let sql = "SELECT user_id FROM album_user WHERE album_id IN LIST($1) \
        UNION SELECT partner.shared_by_id FROM album_user JOIN partner ON partner.shared_with_id = album_user.user_id \
        WHERE album_user.album_id IN LIST($1)";
    connection.query(sql, &[albums.into()])
}

/// The condition that an asset was sent as one of some albums, and is shown in them.
fn sent_of_albums(range: &Range) -> Sql {
    Sql::new(" AND EXISTS (SELECT 1 FROM album_asset held WHERE held.asset_id = asset.id AND held.album_id IN LIST(")
        .bind(range.of.clone())
        .push(") AND held.update_id <= ")
        .bind(range.sent)
        .push(" AND ")
        .append(shown_in_album())
        .push(")")
}

/// Assets in albums that changed after they were sent.
pub(super) fn changed_album_assets(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let owners = list_owners(connection, &range.of)?;
    let parts = owners
        .iter()
        .map(|owner| assets_of(*owner, range).append(sent_of_albums(range)));
    match merged(connection, parts.collect(), range) {
        Some(sql) => send_assets(connection, sql, range, lines),
        None => Ok(()),
    }
}

/// The same, of what their files say.
pub(super) fn changed_album_exifs(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let owners = list_owners(connection, &range.of)?;
    let parts = owners
        .iter()
        .map(|owner| exifs_of(*owner, range).append(sent_of_albums(range)));
    match merged(connection, parts.collect(), range) {
        Some(sql) => send::<SyncAssetExifV1>(connection, sql, lines),
        None => Ok(()),
    }
}

/// Albums as they are, by when they changed, or the user was let in, or their cover was. A cover that the app may not have is
/// none.
pub(super) fn albums(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT changed.change, ")
        .push(SyncAlbumV1::COLUMNS)
        .push(
            " FROM (SELECT CASE WHEN latest.touched >= latest.covered THEN latest.touched ELSE latest.covered END AS change, \
             latest.* FROM (SELECT CASE WHEN album.update_id >= mine.create_id THEN album.update_id ELSE mine.create_id END \
             AS touched, COALESCE(held.update_id, album.update_id) AS covered, album.id, album.name, album.description, \
             album.is_activity_enabled, album.sort_order, album.created_at, album.updated_at, keeper.user_id AS owner_id, \
             CASE WHEN held.update_id <= ",
        )
        .bind(range.through)
        .push(" AND ")
        .append(shown_in_album())
        .push(
            " THEN held.asset_id END AS thumbnail_asset_id FROM album_user mine JOIN album ON album.id = mine.album_id \
             JOIN album_user keeper ON keeper.album_id = album.id AND keeper.role = 'owner' \
             LEFT JOIN album_asset held ON held.album_id = album.id AND held.asset_id = album.thumbnail_asset_id \
             LEFT JOIN asset ON asset.id = held.asset_id \
             WHERE mine.user_id = ",
        )
        .bind(range.user)
        .push(" AND mine.album_id IN LIST(")
        .bind(range.of.clone())
        .push(")) AS latest) AS changed WHERE ")
        .append(range.condition("changed.change", "changed.created_at"));
    send::<SyncAlbumV1>(connection, in_order(sql, range), lines)
}

pub(super) fn album_users(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT album_user.update_id AS change, ")
        .push(SyncAlbumUserV1::COLUMNS)
        .push(" FROM album_user WHERE album_user.album_id IN LIST(")
        .bind(range.of.clone())
        .push(") AND album_user.role <> 'owner' AND ")
        .append(range.changed("album_user.update_id"));
    send::<SyncAlbumUserV1>(connection, in_order(sql, range), lines)
}

pub(super) fn memories(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT memory.update_id AS change, ")
        .push(MemoryRow::COLUMNS)
        .push(" FROM memory WHERE memory.owner_id = ")
        .bind(range.user)
        .push(" AND ")
        .append(range.condition("memory.update_id", "memory.created_at"));
    in_order(sql, range).query_each(connection, |(change, memory): (Uuid, MemoryRow)| {
        lines.push(change, &SyncMemoryV1::from(memory))
    })
}

pub(super) fn memory_assets(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT memory_asset.update_id AS change, ")
        .push(SyncMemoryAssetV1::COLUMNS)
        .push(" FROM memory_asset WHERE memory_asset.memory_owner_id = ")
        .bind(range.user)
        .push(" AND ")
        .append(range.changed("memory_asset.update_id"));
    send::<SyncMemoryAssetV1>(connection, in_order(sql, range), lines)
}

pub(super) fn people(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT person.update_id AS change, ")
        .push(SyncPersonV1::COLUMNS)
        .push(" FROM person WHERE person.owner_id = ")
        .bind(range.user)
        .push(" AND ")
        .append(range.condition("person.update_id", "person.created_at"));
    send::<SyncPersonV1>(connection, in_order(sql, range), lines)
}

pub(super) fn faces(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT asset_face.update_id AS change, ")
        .push(SyncAssetFaceV1::COLUMNS)
        .push(" FROM asset_face WHERE asset_face.asset_owner_id = ")
        .bind(range.user)
        .push(" AND ")
        .append(range.changed("asset_face.update_id"));
    send::<SyncAssetFaceV1>(connection, in_order(sql, range), lines)
}

/// What apps keep with assets, under the keys that all apps know: one that does not know a key would stop.
pub(super) fn asset_metadata(
    connection: &mut Connection<'_>,
    range: &Range,
    lines: &mut Lines<'_>,
) -> Result<()> {
    let sql = Sql::new("SELECT asset_metadata.update_id AS change, ")
        .push(SyncAssetMetadataV1::COLUMNS)
        .push(" FROM asset_metadata WHERE asset_metadata.asset_owner_id = ")
        .bind(range.user)
        .push(" AND asset_metadata.key = 'mobile-app' AND ")
        .append(range.changed("asset_metadata.update_id"));
    send::<SyncAssetMetadataV1>(connection, in_order(sql, range), lines)
}
