//! What the journal keeps of accounts, assets, albums and tags: their present states, and which of them changed.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use kallitype_db::{Connection, DatabaseError, FromRow, Result, Sql, row};
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
        let sql = Sql::new(select).push(" WHERE update_id > ").bind(after);
        let sql = sql.push(" ORDER BY update_id LIMIT ").bind(limit);
        let rows: Vec<(Uuid, Uuid)> = sql.query(connection)?;
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(id, change)| (*kind, id, change))
            .collect();
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
    let rows =
        connection.query::<(String, Uuid, Uuid, Uuid)>(sql, &[after.into(), limit.into()])?;
    let told = |(entity, id, owner, change): (String, _, _, _)| match entity.as_str() {
        "album_user" => (Kind::Album, owner, change),
        "asset_metadata" | "album_asset" | "tag_asset" => (Kind::Asset, id, change),
        _ => (Kind::Deleted, id, change),
    };
    Ok(rows.into_iter().map(told).collect())
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
        let states = list_accounts(connection, Which::One(*id))?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_account()));
    }
    for (id, change) in &changes.tags {
        let states = list_tags(connection, Which::One(*id))?.into_iter();
        entries.extend(states.map(|state| state.changed_at(*change).into_tag()));
    }
    for (id, change) in &changes.albums {
        let states = list_albums(connection, Which::One(*id))?.into_iter();
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
        connection.query_optional::<Uuid>("SELECT id FROM album WHERE id = $1", &[id.into()])?;
    Ok(found.is_some())
}

/// Albums; see [`Which`].
fn list_albums(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    let albums = list_states::<AlbumState>(connection, which.select("album", AlbumState::COLUMNS))?;
    with_users(connection, albums)
}

/// Accounts; see [`Which`].
fn list_accounts(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    list_states::<AccountState>(connection, which.select("account", AccountState::COLUMNS))
}

/// Tags; see [`Which`].
fn list_tags(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    list_states::<TagState>(connection, which.select("tag", TagState::COLUMNS))
}

/// Which states are read.
enum Which {
    One(Uuid),
    /// So many at most, in the order of their ids, after one of them.
    After(Uuid, i64),
}

impl Which {
    fn select(self, table: &'static str, columns: &'static str) -> Sql {
        let sql = Sql::new("SELECT id, update_id, ").push(columns);
        let sql = sql.push(" FROM ").push(table);
        match self {
            Self::One(id) => sql.push(" WHERE id = ").bind(id),
            Self::After(after, limit) => {
                let sql = sql.push(" WHERE id > ").bind(after);
                sql.push(" ORDER BY id LIMIT ").bind(limit)
            }
        }
    }
}

/// The states that a query finds: ids, change ids and what a state is made of.
fn list_states<T: FromRow + Serialize>(
    connection: &mut Connection<'_>,
    sql: Sql,
) -> Result<Vec<EntitySnapshot>> {
    let rows: Vec<(Uuid, Uuid, T)> = sql.query(connection)?;
    let snapshot = |(id, update_id, state): (_, _, T)| match serde_json::to_value(state) {
        Ok(Json::Object(state)) => Ok(EntitySnapshot {
            update_id,
            id,
            state,
        }),
        other => Err(DatabaseError::Other(format!("not a state: {other:?}"))),
    };
    rows.into_iter().map(snapshot).collect()
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

    pub(crate) fn into_account(self) -> Entry {
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

    pub(crate) fn into_album(self) -> Entry {
        Entry::Album {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }

    pub(crate) fn into_tag(self) -> Entry {
        Entry::Tag {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }
}

row! {
    /// What the journal keeps of an asset: what it was uploaded with, and what its user decided since.
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct AssetState {
        owner_id: Uuid = "asset.owner_id",
        device_asset_id: String = "asset.device_asset_id",
        device_id: String = "asset.device_id",
        r#type: String = "asset.type",
        original_path: String = "asset.original_path",
        sidecar_path: Option<String> = "asset.sidecar_path",
        original_file_name: String = "asset.original_file_name",
        file_size: i64 = "asset.file_size",
        #[serde(serialize_with = "as_hex")]
        checksum: Vec<u8> = "asset.checksum",
        file_created_at: i64 = "asset.file_created_at",
        file_modified_at: i64 = "asset.file_modified_at",
        local_date_time: i64 = "asset.local_date_time",
        duration: Option<i64> = "asset.duration",
        visibility: String = "asset.visibility",
        is_favorite: bool = "asset.is_favorite",
        live_photo_video_id: Option<Uuid> = "asset.live_photo_video_id",
        duplicate_id: Option<Uuid> = "asset.duplicate_id",
        deleted_at: Option<i64> = "asset.deleted_at",
        created_at: i64 = "asset.created_at",
        edited: String = "exif.edited",
        description: String = "exif.description",
        rating: Option<i64> = "exif.rating",
        latitude: Option<f64> = "exif.latitude",
        longitude: Option<f64> = "exif.longitude",
        date_time_original: Option<i64> = "exif.date_time_original",
        time_zone: Option<String> = "exif.time_zone",
    }
}

fn as_hex<S: Serializer>(bytes: &[u8], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(bytes))
}

/// Facts that the journal keeps only if the user decided on them: extraction finds the others again.
const DECIDABLE: &[(&str, &[&str])] = &[
    ("description", &["description"]),
    ("rating", &["rating"]),
    ("place", &["latitude", "longitude"]),
    ("date", &["dateTimeOriginal", "timeZone"]),
];

fn select_assets(condition: &'static str) -> Sql {
    Sql::new("SELECT asset.id, asset.update_id, ")
        .push(AssetState::COLUMNS)
        .push(" FROM asset JOIN exif ON exif.asset_id = asset.id WHERE ")
        .push(condition)
}

fn list_asset_states(connection: &mut Connection<'_>, sql: Sql) -> Result<Vec<EntitySnapshot>> {
    let mut states = list_states::<AssetState>(connection, sql)?;
    for snapshot in &mut states {
        keep_decided(&mut snapshot.state);
    }
    let states = with_tags(connection, states)?;
    with_albums(connection, states)
}

/// Leaves out what the file says of itself, and what is not there.
fn keep_decided(state: &mut Map<String, Json>) {
    let edited = state.get("edited").and_then(Json::as_str);
    let edited = edited.unwrap_or_default().to_owned();
    for (fact, names) in DECIDABLE {
        if !edited.split(',').any(|known| known == *fact) {
            names.iter().for_each(|name| drop(state.remove(*name)));
        }
    }
    state.retain(|_, value| !value.is_null());
}

fn list_assets(connection: &mut Connection<'_>, ids: Vec<Uuid>) -> Result<Vec<EntitySnapshot>> {
    let sql = select_assets("asset.id IN LIST(").bind(ids).push(")");
    list_asset_states(connection, sql)
}

/// States of accounts in the order of their ids, after one of them.
pub(crate) fn list_accounts_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    list_accounts(connection, Which::After(after, limit))
}

/// States of tags in the order of their ids, after one of them.
pub(crate) fn list_tags_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    list_tags(connection, Which::After(after, limit))
}

/// States of albums in the order of their ids, after one of them.
pub(crate) fn list_albums_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    list_albums(connection, Which::After(after, limit))
}

/// States of assets in the order of their ids, after one of them.
pub(crate) fn list_assets_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    let sql = select_assets("asset.id > ").bind(after);
    let sql = sql.push(" ORDER BY asset.id LIMIT ").bind(limit);
    list_asset_states(connection, sql)
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
    let sql = "SELECT asset_id, key, value FROM asset_metadata WHERE asset_id IN LIST($1)";
    let mut kept: HashMap<Uuid, Map<String, Json>> = HashMap::new();
    connection.query_each(
        sql,
        &[ids.into()],
        |(asset, key, value): (Uuid, String, String)| {
            if let Ok(value) = serde_json::from_str(&value) {
                kept.entry(asset).or_default().insert(key, value);
            }
            Ok(())
        },
    )?;
    for snapshot in &mut states {
        if let Some(object) = kept.remove(&snapshot.id) {
            snapshot
                .state
                .insert("metadata".into(), Json::Object(object));
        }
    }
    Ok(states)
}

/// By the ids of the albums that an asset is in: since when it is, and who put it there.
#[derive(Default)]
struct Held {
    since: Map<String, Json>,
    by: Map<String, Json>,
}

/// Adds the albums that each asset is in, with since when and by whom.
fn with_albums(
    connection: &mut Connection<'_>,
    mut states: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let ids: Vec<Uuid> = states.iter().map(|snapshot| snapshot.id).collect();
    let sql = "SELECT asset_id, album_id, created_at, added_by FROM album_asset WHERE asset_id IN LIST($1)";
    let mut albums: HashMap<Uuid, Held> = HashMap::new();
    connection.query_each(
        sql,
        &[ids.into()],
        |(asset, album, since, by): (Uuid, Uuid, i64, Option<Uuid>)| {
            let held = albums.entry(asset).or_default();
            held.since.insert(album.to_string(), json!(since));
            held.by.insert(album.to_string(), json!(by));
            Ok(())
        },
    )?;
    for snapshot in &mut states {
        if let Some(held) = albums.remove(&snapshot.id) {
            for (name, albums) in [("albums", held.since), ("addedBy", held.by)] {
                snapshot.state.insert(name.into(), Json::Object(albums));
            }
        }
    }
    Ok(states)
}

row! {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct AlbumState {
        name: String,
        description: String,
        thumbnail_asset_id: Option<Uuid>,
        is_activity_enabled: bool,
        order: String = "sort_order",
        created_at: i64,
    }
}

fn with_users(
    connection: &mut Connection<'_>,
    mut albums: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let ids: Vec<Uuid> = albums.iter().map(|album| album.id).collect();
    let sql = "SELECT album_id, user_id, role FROM album_user WHERE album_id IN LIST($1)";
    let mut users: HashMap<Uuid, Map<String, Json>> = HashMap::new();
    connection.query_each(
        sql,
        &[ids.into()],
        |(album, user, role): (Uuid, Uuid, String)| {
            let users = users.entry(album).or_default();
            users.insert(user.to_string(), json!(role));
            Ok(())
        },
    )?;
    for album in &mut albums {
        let users = users.remove(&album.id).unwrap_or_default();
        album.state.insert("users".into(), Json::Object(users));
    }
    Ok(albums)
}

row! {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct TagState {
        user_id: Uuid,
        value: String,
        color: Option<String>,
        created_at: i64,
    }
}

row! {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct AccountState {
        email: String,
        name: String,
        password_hash: String,
        pin_hash: Option<String>,
        is_admin: bool,
        should_change_password: bool,
        avatar_color: String,
        quota_bytes: Option<i64>,
        profile_changed_at: i64,
        created_at: i64,
        status: String,
        deleted_at: Option<i64>,
        storage_label: Option<String>,
        oauth_id: String,
        preferences: String,
        is_onboarded: bool,
        license_key: Option<String>,
        license_activation_key: Option<String>,
        license_activated_at: Option<i64>,
        profile_image_path: Option<String>,
    }
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
    connection.query(sql, &[assets.into()])
}
