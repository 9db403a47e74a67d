//! What the journal keeps of accounts, assets, albums and tags: their present states, and which of them changed.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use kallitype_db::{Connection, DatabaseError, Result, Row};
use kallitype_storage::Entry;

/// What changed after some change id, with each entity's greatest one.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    accounts: BTreeMap<Uuid, Uuid>,
    assets: BTreeMap<Uuid, Uuid>,
    albums: BTreeMap<Uuid, Uuid>,
    tags: BTreeMap<Uuid, Uuid>,
    deleted: BTreeMap<Uuid, Uuid>,
    /// Up to which change id these are all; `None` when nothing comes after them.
    pub through: Option<Uuid>,
}

/// Where entities of a kind, and what is kept with them, have their change ids.
const SOURCES: &[(Kind, &str)] = &[
    (Kind::Account, "SELECT id, update_id FROM account"),
    (Kind::Asset, "SELECT id, update_id FROM asset"),
    (Kind::Asset, "SELECT asset_id, update_id FROM exif"),
    (
        Kind::Asset,
        "SELECT asset_id, update_id FROM asset_metadata",
    ),
    (Kind::Asset, "SELECT asset_id, update_id FROM album_asset"),
    (Kind::Asset, "SELECT asset_id, update_id FROM tag_asset"),
    (Kind::Album, "SELECT id, update_id FROM album"),
    (Kind::Album, "SELECT album_id, update_id FROM album_user"),
    (Kind::Tag, "SELECT id, update_id FROM tag"),
];

#[derive(Debug, Clone, Copy)]
enum Kind {
    Account,
    Asset,
    Album,
    Tag,
    Deleted,
}

/// The entities that changed after a change id, from at most `limit` rows of each table.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_changes(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Changes> {
    let mut found = Vec::new();
    let mut through: Option<Uuid> = None;
    let mut take = |rows: Vec<(Kind, Uuid, Uuid)>, is_full: bool| {
        if let (Some((_, _, last)), true) = (rows.last(), is_full) {
            through = Some(through.map_or(*last, |through| through.min(*last)));
        }
        found.extend(rows);
    };
    for (kind, select) in SOURCES {
        let sql = format!("{select} WHERE update_id > $1 ORDER BY update_id LIMIT $2");
        let rows = connection.query(&sql, &[after.into(), limit.into()], |row| {
            Ok((*kind, row.get(0)?, row.get(1)?))
        })?;
        let is_full = rows.len() as i64 >= limit;
        take(rows, is_full);
    }
    let rows = list_tombstones(connection, after, limit)?;
    let is_full = rows.len() as i64 >= limit;
    take(rows, is_full);
    Ok(Changes::of(found, through))
}

/// What tombstones tell: that an entity is gone, or that it changed as a part of it went.
fn list_tombstones(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<(Kind, Uuid, Uuid)>> {
    let sql = "SELECT entity, entity_id, owner_id, update_id FROM tombstone \
        WHERE update_id > $1 AND entity IN ('user', 'asset', 'asset_metadata', 'album_asset', 'tag_asset', 'tag', \
        'album_user', 'album') ORDER BY update_id LIMIT $2";
    connection.query(sql, &[after.into(), limit.into()], |row| {
        let entity: String = row.get(0)?;
        let (id, owner, change) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(match entity.as_str() {
            "album_user" => (Kind::Album, owner, change),
            "asset_metadata" | "album_asset" | "tag_asset" => (Kind::Asset, id, change),
            _ => (Kind::Deleted, id, change),
        })
    })
}

impl Changes {
    fn of(found: Vec<(Kind, Uuid, Uuid)>, through: Option<Uuid>) -> Self {
        let mut changes = Self {
            through,
            ..Self::default()
        };
        for (kind, id, change) in found {
            if through.is_some_and(|through| change > through) {
                continue;
            }
            let entities = match kind {
                Kind::Account => &mut changes.accounts,
                Kind::Asset => &mut changes.assets,
                Kind::Album => &mut changes.albums,
                Kind::Tag => &mut changes.tags,
                Kind::Deleted => &mut changes.deleted,
            };
            let latest = entities.entry(id).or_insert(change);
            *latest = change.max(*latest);
        }
        changes
    }
}

/// The journal's entries about what changed: present states, and what is gone.
///
/// # Errors
/// When the database fails.
pub(crate) fn read_entries(
    connection: &mut Connection<'_>,
    changes: &Changes,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for (id, change) in &changes.accounts {
        let sql = format!("{ACCOUNT_STATE} WHERE id = $1");
        let state = connection.query_optional(&sql, &[id.into()], read_account)?;
        entries.extend(state.map(|state| state.changed_at(*change).into_account()));
    }
    for (id, change) in &changes.tags {
        let sql = format!("{TAG_STATE} WHERE id = $1");
        let state = connection.query_optional(&sql, &[id.into()], read_tag)?;
        entries.extend(state.map(|state| state.changed_at(*change).into_tag()));
    }
    for (id, change) in &changes.albums {
        let states = list_album(connection, *id)?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_album()));
    }
    let assets: Vec<Uuid> = changes.assets.keys().copied().collect();
    for batch in assets.chunks(BATCH) {
        let states = list_assets(connection, batch.to_vec())?.into_iter();
        entries.extend(states.map(|state| {
            let change = changes.assets.get(&state.id).copied();
            state.changed_at(change.unwrap_or_default()).into_asset()
        }));
    }
    for (id, change) in &changes.deleted {
        if !is_left_album(connection, *id)? {
            entries.push(Entry::Deleted {
                update_id: *change,
                id: *id,
            });
        }
    }
    Ok(entries)
}

/// How many assets are read at a time.
const BATCH: usize = 1000;

/// Whoever leaves an album is told that it is gone, but it is there.
fn is_left_album(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    let found =
        connection.query_optional("SELECT id FROM album WHERE id = $1", &[id.into()], |row| {
            row.get::<Uuid>(0)
        })?;
    Ok(found.is_some())
}

fn list_album(connection: &mut Connection<'_>, id: Uuid) -> Result<Vec<EntitySnapshot>> {
    let sql = format!("{ALBUM_STATE} WHERE id = $1");
    let albums = connection.query(&sql, &[id.into()], read_album)?;
    with_users(connection, albums)
}

/// Every account.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_accounts(connection: &mut Connection<'_>) -> Result<Vec<Entry>> {
    let accounts = connection.query(ACCOUNT_STATE, &[], read_account)?;
    Ok(accounts
        .into_iter()
        .map(EntitySnapshot::into_account)
        .collect())
}

/// Every account, album and tag.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_beside_assets(connection: &mut Connection<'_>) -> Result<Vec<Entry>> {
    let mut entries = list_accounts(connection)?;
    let albums = connection.query(ALBUM_STATE, &[], read_album)?;
    let albums = with_users(connection, albums)?;
    let tags = connection.query(TAG_STATE, &[], read_tag)?;
    entries.extend(albums.into_iter().map(EntitySnapshot::into_album));
    entries.extend(tags.into_iter().map(EntitySnapshot::into_tag));
    Ok(entries)
}

/// An asset's or account's present state, for the journal.
#[derive(Debug, Clone)]
pub(crate) struct EntitySnapshot {
    pub update_id: Uuid,
    pub id: Uuid,
    pub state: Map<String, Json>,
}

impl EntitySnapshot {
    fn changed_at(mut self, change: Uuid) -> Self {
        self.update_id = change;
        self
    }

    fn into_account(self) -> Entry {
        Entry::Account {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }

    pub(crate) fn into_asset(self) -> Entry {
        Entry::Asset {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }

    fn into_album(self) -> Entry {
        Entry::Album {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }

    fn into_tag(self) -> Entry {
        Entry::Tag {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }
}

const ASSET_STATE: &str = "SELECT asset.id, asset.update_id, asset.owner_id, asset.device_asset_id, asset.device_id, \
    asset.type, asset.original_path, asset.sidecar_path, asset.original_file_name, asset.file_size, asset.checksum, \
    asset.file_created_at, asset.file_modified_at, asset.local_date_time, asset.duration, asset.visibility, \
    asset.is_favorite, asset.live_photo_video_id, asset.duplicate_id, asset.deleted_at, asset.created_at, \
    exif.edited, exif.description, exif.rating, exif.latitude, exif.longitude, exif.date_time_original, \
    exif.time_zone FROM asset JOIN exif ON exif.asset_id = asset.id";

fn list_assets(connection: &mut Connection<'_>, ids: Vec<Uuid>) -> Result<Vec<EntitySnapshot>> {
    let sql = format!("{ASSET_STATE} WHERE asset.id IN LIST($1)");
    let states = connection.query(&sql, &[ids.into()], read_asset)?;
    with_lists(connection, states)
}

/// States of assets in the order of their ids, after one of them.
pub(crate) fn list_assets_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    most: i64,
) -> Result<Vec<EntitySnapshot>> {
    let sql = format!("{ASSET_STATE} WHERE asset.id > $1 ORDER BY asset.id LIMIT $2");
    let states = connection.query(&sql, &[after.into(), most.into()], read_asset)?;
    with_lists(connection, states)
}

fn read_asset(row: &Row<'_>) -> Result<EntitySnapshot> {
    let text = |column: usize| row.get::<String>(column);
    let id = |column: usize| {
        Ok::<_, DatabaseError>(row.get::<Option<Uuid>>(column)?.map(|id| id.to_string()))
    };
    let mut state = Map::new();
    let mut put = |name: &str, value: Json| {
        if !value.is_null() {
            state.insert(name.to_owned(), value);
        }
    };
    put("ownerId", json!(id(2)?));
    put("deviceAssetId", json!(text(3)?));
    put("deviceId", json!(text(4)?));
    put("type", json!(text(5)?));
    put("originalPath", json!(text(6)?));
    put("sidecarPath", json!(row.get::<Option<String>>(7)?));
    put("originalFileName", json!(text(8)?));
    put("fileSize", json!(row.get::<i64>(9)?));
    put("checksum", json!(hex::encode(row.get::<Vec<u8>>(10)?)));
    put("fileCreatedAt", json!(row.get::<i64>(11)?));
    put("fileModifiedAt", json!(row.get::<i64>(12)?));
    put("localDateTime", json!(row.get::<i64>(13)?));
    put("duration", json!(row.get::<Option<i64>>(14)?));
    put("visibility", json!(text(15)?));
    put("isFavorite", json!(row.get::<bool>(16)?));
    put("livePhotoVideoId", json!(id(17)?));
    put("duplicateId", json!(id(18)?));
    put("deletedAt", json!(row.get::<Option<i64>>(19)?));
    put("createdAt", json!(row.get::<i64>(20)?));
    let edited = text(21)?;
    let is_edited = |what: &str| edited.split(',').any(|known| known == what);
    put("edited", json!(edited));
    if is_edited("description") {
        put("description", json!(text(22)?));
    }
    if is_edited("rating") {
        put("rating", json!(row.get::<Option<i64>>(23)?));
    }
    if is_edited("place") {
        put("latitude", json!(row.get::<Option<f64>>(24)?));
        put("longitude", json!(row.get::<Option<f64>>(25)?));
    }
    if is_edited("date") {
        put("dateTimeOriginal", json!(row.get::<Option<i64>>(26)?));
        put("timeZone", json!(row.get::<Option<String>>(27)?));
    }
    Ok(EntitySnapshot {
        id: row.get(0)?,
        update_id: row.get(1)?,
        state,
    })
}

/// With what their apps keep, and what their user decided about their tags.
fn with_tags(
    connection: &mut Connection<'_>,
    states: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let mut states = with_metadata(connection, states)?;
    let ids = states.iter().map(|snapshot| snapshot.id).collect();
    let mut decided: HashMap<(Uuid, bool), Vec<String>> = HashMap::new();
    for (asset, value, is_given) in list_decided_tags(connection, ids)? {
        decided.entry((asset, is_given)).or_default().push(value);
    }
    for snapshot in &mut states {
        for (name, is_given) in [("tags", true), ("refusedTags", false)] {
            if let Some(values) = decided.remove(&(snapshot.id, is_given)) {
                snapshot.state.insert(name.into(), json!(values));
            }
        }
    }
    Ok(states)
}

fn with_metadata(
    connection: &mut Connection<'_>,
    mut states: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let ids: Vec<Uuid> = states.iter().map(|snapshot| snapshot.id).collect();
    let sql = "SELECT asset_id, key, value FROM asset_metadata WHERE asset_id IN LIST($1) ORDER BY asset_id";
    let kept = connection.query(sql, &[ids.into()], |row| {
        Ok((
            row.get::<Uuid>(0)?,
            row.get::<String>(1)?,
            row.get::<String>(2)?,
        ))
    })?;
    if kept.is_empty() {
        return Ok(states);
    }
    for snapshot in &mut states {
        let own = kept.iter().filter(|(asset, _, _)| *asset == snapshot.id);
        let object: Map<String, Json> = own
            .filter_map(|(_, key, value)| Some((key.clone(), serde_json::from_str(value).ok()?)))
            .collect();
        if !object.is_empty() {
            snapshot
                .state
                .insert("metadata".into(), Json::Object(object));
        }
    }
    Ok(states)
}

/// With everything that belongs to them.
fn with_lists(
    connection: &mut Connection<'_>,
    states: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let states = with_tags(connection, states)?;
    with_albums(connection, states)
}

/// Adds the albums that each asset is in, with since when.
fn with_albums(
    connection: &mut Connection<'_>,
    mut states: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let ids: Vec<Uuid> = states.iter().map(|snapshot| snapshot.id).collect();
    let sql = "SELECT asset_id, album_id, created_at FROM album_asset WHERE asset_id IN LIST($1)";
    let held = connection.query(sql, &[ids.into()], |row| {
        Ok((row.get::<Uuid>(0)?, row.get::<Uuid>(1)?, row.get::<i64>(2)?))
    })?;
    let mut albums: HashMap<Uuid, Map<String, Json>> = HashMap::new();
    for (asset, album, since) in held {
        let albums = albums.entry(asset).or_default();
        albums.insert(album.to_string(), json!(since));
    }
    for snapshot in &mut states {
        if let Some(albums) = albums.remove(&snapshot.id) {
            snapshot.state.insert("albums".into(), Json::Object(albums));
        }
    }
    Ok(states)
}

const ALBUM_STATE: &str = "SELECT id, update_id, name, description, thumbnail_asset_id, is_activity_enabled, \
    sort_order, created_at FROM album";

fn read_album(row: &Row<'_>) -> Result<EntitySnapshot> {
    let mut state = Map::new();
    let mut put = |name: &str, value: Json| state.insert(name.to_owned(), value);
    put("name", json!(row.get::<String>(2)?));
    put("description", json!(row.get::<String>(3)?));
    put("thumbnailAssetId", json!(row.get::<Option<Uuid>>(4)?));
    put("isActivityEnabled", json!(row.get::<bool>(5)?));
    put("order", json!(row.get::<String>(6)?));
    put("createdAt", json!(row.get::<i64>(7)?));
    Ok(EntitySnapshot {
        id: row.get(0)?,
        update_id: row.get(1)?,
        state,
    })
}

fn with_users(
    connection: &mut Connection<'_>,
    mut albums: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let ids: Vec<Uuid> = albums.iter().map(|album| album.id).collect();
    let sql = "SELECT album_id, user_id, role FROM album_user WHERE album_id IN LIST($1)";
    let users = connection.query(sql, &[ids.into()], |row| {
        Ok((
            row.get::<Uuid>(0)?,
            row.get::<Uuid>(1)?,
            row.get::<String>(2)?,
        ))
    })?;
    for album in &mut albums {
        let own = users.iter().filter(|(id, _, _)| *id == album.id);
        let users: Map<String, Json> = own
            .map(|(_, user, role)| (user.to_string(), json!(role)))
            .collect();
        album.state.insert("users".into(), Json::Object(users));
    }
    Ok(albums)
}

const TAG_STATE: &str = "SELECT id, update_id, user_id, value, color, created_at FROM tag";

fn read_tag(row: &Row<'_>) -> Result<EntitySnapshot> {
    let mut state = Map::new();
    let mut put = |name: &str, value: Json| state.insert(name.to_owned(), value);
    put("userId", json!(row.get::<Uuid>(2)?));
    put("value", json!(row.get::<String>(3)?));
    put("color", json!(row.get::<Option<String>>(4)?));
    put("createdAt", json!(row.get::<i64>(5)?));
    Ok(EntitySnapshot {
        id: row.get(0)?,
        update_id: row.get(1)?,
        state,
    })
}

const ACCOUNT_STATE: &str = "SELECT id, update_id, email, name, password_hash, pin_hash, is_admin, \
    should_change_password, avatar_color, quota_bytes, profile_changed_at, created_at, status, deleted_at, \
    storage_label, oauth_id, preferences, is_onboarded, license_key, license_activation_key, license_activated_at, \
    profile_image_path FROM account";

fn read_account(row: &Row<'_>) -> Result<EntitySnapshot> {
    let state = json!({
        "email": row.get::<String>(2)?,
        "name": row.get::<String>(3)?,
        "passwordHash": row.get::<String>(4)?,
        "pinHash": row.get::<Option<String>>(5)?,
        "isAdmin": row.get::<bool>(6)?,
        "shouldChangePassword": row.get::<bool>(7)?,
        "avatarColor": row.get::<String>(8)?,
        "quotaBytes": row.get::<Option<i64>>(9)?,
        "profileChangedAt": row.get::<i64>(10)?,
        "createdAt": row.get::<i64>(11)?,
        "status": row.get::<String>(12)?,
        "deletedAt": row.get::<Option<i64>>(13)?,
        "storageLabel": row.get::<Option<String>>(14)?,
        "oauthId": row.get::<String>(15)?,
        "preferences": row.get::<String>(16)?,
        "isOnboarded": row.get::<bool>(17)?,
        "licenseKey": row.get::<Option<String>>(18)?,
        "licenseActivationKey": row.get::<Option<String>>(19)?,
        "licenseActivatedAt": row.get::<Option<i64>>(20)?,
        "profileImagePath": row.get::<Option<String>>(21)?,
    });
    let Json::Object(state) = state else {
        return Ok(EntitySnapshot {
            id: row.get(0)?,
            update_id: row.get(1)?,
            state: Map::new(),
        });
    };
    Ok(EntitySnapshot {
        id: row.get(0)?,
        update_id: row.get(1)?,
        state,
    })
}

/// What the user decided about the tags of assets: the asset, the tag's path, and whether it was given to it or
/// taken away.
fn list_decided_tags(
    connection: &mut Connection<'_>,
    assets: Vec<Uuid>,
) -> Result<Vec<(Uuid, String, bool)>> {
    let sql = "SELECT tag_asset.asset_id, tag.value, TRUE FROM tag_asset JOIN tag ON tag.id = tag_asset.tag_id \
        WHERE tag_asset.is_given = TRUE AND tag_asset.asset_id IN LIST($1) \
        UNION ALL SELECT asset_id, value, FALSE FROM refused_tag WHERE asset_id IN LIST($1) ORDER BY 1, 2";
    connection.query(sql, &[assets.into()], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}
