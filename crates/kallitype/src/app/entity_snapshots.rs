//! What the journal keeps of accounts, assets, albums, tags, stacks, persons, memories and external libraries: their
//! present states.

use std::collections::HashMap;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::text_sizes;
use kallitype_db::{Connection, DatabaseError, FromRow, Json as Stored, Result, Sql, row};
use kallitype_storage::Entry;

/// An album's own fields, if it is there.
pub(crate) fn list_album_fields(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Vec<EntitySnapshot>> {
    list_states::<AlbumState>(
        connection,
        Which::One(id).select("album", AlbumState::COLUMNS),
    )
}

/// An account, if it is there.
pub(crate) fn list_account(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Vec<EntitySnapshot>> {
    list_accounts(connection, Which::One(id))
}

/// A tag, if it is there.
pub(crate) fn list_tag(connection: &mut Connection<'_>, id: Uuid) -> Result<Vec<EntitySnapshot>> {
    list_tags(connection, Which::One(id))
}

/// A stack, if it is there.
pub(crate) fn list_stack(connection: &mut Connection<'_>, id: Uuid) -> Result<Vec<EntitySnapshot>> {
    list_stacks(connection, Which::One(id))
}

/// A person, if they are there.
pub(crate) fn list_person(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Vec<EntitySnapshot>> {
    list_persons(connection, Which::One(id))
}

/// An external library, if it is there.
pub(crate) fn list_library(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Vec<EntitySnapshot>> {
    list_libraries(connection, Which::One(id))
}

/// What was decided about the server as a whole.
pub(crate) fn list_server(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Vec<EntitySnapshot>> {
    list_servers(connection, Which::One(id))
}

/// The same; see [`Which`].
fn list_servers(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    list_states::<ServerState>(
        connection,
        which.select("installation", ServerState::COLUMNS),
    )
}

/// A memory with its assets, if it is there.
pub(crate) fn list_memory(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Vec<EntitySnapshot>> {
    list_memories(connection, Which::One(id))
}

/// Accounts; see [`Which`].
fn list_accounts(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    list_states::<AccountState>(connection, which.select("account", AccountState::COLUMNS))
}

/// Tags; see [`Which`].
fn list_tags(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    list_states::<TagState>(connection, which.select("tag", TagState::COLUMNS))
}

/// Stacks; see [`Which`].
fn list_stacks(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    list_states::<StackState>(connection, which.select("stack", StackState::COLUMNS))
}

/// Persons; see [`Which`].
fn list_persons(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    list_states::<PersonState>(connection, which.select("person", PersonState::COLUMNS))
}

/// External libraries; see [`Which`].
fn list_libraries(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    list_states::<LibraryState>(connection, which.select("library", LibraryState::COLUMNS))
}

/// Memories with their assets; see [`Which`].
fn list_memories(connection: &mut Connection<'_>, which: Which) -> Result<Vec<EntitySnapshot>> {
    let kept = "(SELECT * FROM memory WHERE is_kept = TRUE) AS memory";
    let memories =
        list_states::<MemoryState>(connection, which.select(kept, MemoryState::COLUMNS))?;
    with_pictures(connection, memories)
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
    let rows = rows.into_iter();
    rows.map(|(id, update_id, state)| snapshot(id, update_id, state))
        .collect()
}

fn snapshot(id: Uuid, update_id: Uuid, state: impl Serialize) -> Result<EntitySnapshot> {
    match serde_json::to_value(state) {
        Ok(Json::Object(state)) => Ok(EntitySnapshot {
            update_id,
            id,
            state,
        }),
        other => Err(DatabaseError::Other(format!("not a state: {other:?}"))),
    }
}

/// An asset's or account's present state, for the journal.
#[derive(Debug, Clone)]
pub(crate) struct EntitySnapshot {
    pub update_id: Uuid,
    pub id: Uuid,
    pub state: Map<String, Json>,
}

impl EntitySnapshot {
    pub(crate) fn changed_at(mut self, change: Uuid) -> Self {
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

    pub(crate) fn into_asset_fields(self) -> Entry {
        Entry::AssetFields {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }

    pub(crate) fn into_album_fields(self) -> Entry {
        Entry::AlbumFields {
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

    pub(crate) fn into_person(self) -> Entry {
        Entry::Person {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }

    pub(crate) fn into_library(self) -> Entry {
        Entry::ExternalLibrary {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }

    pub(crate) fn into_server(self) -> Entry {
        Entry::Server {
            update_id: self.update_id,
            id: self.id,
            state: self.state,
        }
    }

    pub(crate) fn into_memory(self) -> Entry {
        Entry::Memory {
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

    pub(crate) fn into_stack(self) -> Entry {
        Entry::Stack {
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
        stack_id: Option<Uuid> = "asset.stack_id",
        library_id: Option<Uuid> = "asset.library_id",
        offline_at: Option<i64> = "asset.offline_at",
        unstacked_at: Option<i64> = "asset.unstacked_at",
    }
}

row! {
    /// What is known of an asset, of which the journal keeps what its user decided.
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct FactsState {
        edited: String,
        description: String,
        rating: Option<i64>,
        latitude: Option<f64>,
        longitude: Option<f64>,
        date_time_original: Option<i64>,
        time_zone: Option<String>,
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

/// The own fields of assets, in the order of their ids.
pub(crate) fn list_asset_fields(
    connection: &mut Connection<'_>,
    ids: Vec<Uuid>,
) -> Result<Vec<EntitySnapshot>> {
    let sql = Sql::new("SELECT id, update_id, ").push(AssetState::COLUMNS);
    let sql = sql
        .push(" FROM asset WHERE id IN LIST(")
        .bind(ids)
        .push(")");
    let mut states = list_states::<AssetState>(connection, sql)?;
    for snapshot in &mut states {
        snapshot.state.retain(|_, value| !value.is_null());
    }
    states.sort_by_key(|snapshot| snapshot.id);
    Ok(states)
}

/// What users decided of the facts of assets: of those that a condition finds.
pub(crate) fn list_asset_facts(
    connection: &mut Connection<'_>,
    condition: Sql,
) -> Result<Vec<EntitySnapshot>> {
    let sql = Sql::new("SELECT asset_id, update_id, ").push(FactsState::COLUMNS);
    let sql = sql.push(" FROM exif WHERE ").append(condition);
    let mut states = list_states::<FactsState>(connection, sql)?;
    for snapshot in &mut states {
        keep_decided(&mut snapshot.state);
    }
    Ok(states)
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

/// States of stacks in the order of their ids, after one of them.
pub(crate) fn list_stacks_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    list_stacks(connection, Which::After(after, limit))
}

/// States of persons in the order of their ids, after one of them.
pub(crate) fn list_persons_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    list_persons(connection, Which::After(after, limit))
}

/// States of external libraries in the order of their ids, after one of them.
pub(crate) fn list_libraries_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    list_libraries(connection, Which::After(after, limit))
}

/// What was decided about the server, as a list of one or none.
pub(crate) fn list_servers_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    list_servers(connection, Which::After(after, limit))
}

/// States of memories in the order of their ids, after one of them.
pub(crate) fn list_memories_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    list_memories(connection, Which::After(after, limit))
}

/// Whole states of albums in the order of their ids, after one of them.
pub(crate) fn list_albums_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    let sql = Which::After(after, limit).select("album", AlbumState::COLUMNS);
    let albums = list_states::<AlbumState>(connection, sql)?;
    with_users(connection, albums)
}

/// Whole states of assets in the order of their ids, after one of them: as many as are read at a time, and so many at
/// most.
pub(crate) fn list_assets_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<EntitySnapshot>> {
    let found: Vec<(Uuid, i64)> = connection.query(
        "SELECT id, metadata_bytes FROM asset WHERE id > $1 ORDER BY id LIMIT $2
         /* embedded: only its journal is written anew */",
        &[after.into(), limit.into()],
    )?;
    let texts = text_sizes::of_assets(connection, found.iter().map(|(id, _)| *id).collect())?;
    let size = |(id, metadata): &(Uuid, i64)| metadata + texts.get(id).copied().unwrap_or(0);
    let count = text_sizes::fitting(found.iter().map(size));
    let ids = found.into_iter().take(count).map(|(id, _)| id).collect();
    let states = list_asset_fields(connection, ids)?;
    let states = with_facts(connection, states)?;
    let states = with_tags(connection, states)?;
    let states = with_faces(connection, states)?;
    with_albums(connection, states)
}

fn with_facts(
    connection: &mut Connection<'_>,
    mut states: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let ids: Vec<Uuid> = states.iter().map(|snapshot| snapshot.id).collect();
    let condition = Sql::new("asset_id IN LIST(").bind(ids).push(")");
    let facts = list_asset_facts(connection, condition)?.into_iter();
    let mut facts: HashMap<Uuid, _> = facts.map(|facts| (facts.id, facts.state)).collect();
    for snapshot in &mut states {
        snapshot
            .state
            .extend(facts.remove(&snapshot.id).unwrap_or_default());
    }
    Ok(states)
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
    let mut kept: HashMap<Uuid, Map<String, Json>> = HashMap::new();
    connection.query_each(
        "SELECT asset_id, key, value FROM asset_metadata WHERE asset_id IN LIST($1)
         /* embedded: only its journal is written anew */",
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

row! {
    /// What the journal keeps of a face.
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct FaceState {
        person_id: Option<Uuid>,
        image_width: i64,
        image_height: i64,
        x1: i64,
        y1: i64,
        x2: i64,
        y2: i64,
        source: String,
        found_name: Option<String>,
        is_decided: bool,
        deleted_at: Option<i64>,
    }
}

/// Faces that a condition finds, with the assets that they are on.
pub(crate) fn list_faces(
    connection: &mut Connection<'_>,
    condition: Sql,
) -> Result<Vec<(Uuid, EntitySnapshot)>> {
    let sql = Sql::new("SELECT id, update_id, asset_id, ").push(FaceState::COLUMNS);
    let sql = sql.push(" FROM asset_face WHERE ").append(condition);
    let rows: Vec<(Uuid, Uuid, (Uuid, FaceState))> = sql.query(connection)?;
    let face = |(id, update_id, (asset, state))| Ok((asset, snapshot(id, update_id, state)?));
    rows.into_iter().map(face).collect()
}

/// Adds the faces on each asset, by their ids.
fn with_faces(
    connection: &mut Connection<'_>,
    mut states: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let ids: Vec<Uuid> = states.iter().map(|snapshot| snapshot.id).collect();
    let condition = Sql::new("asset_id IN LIST(").bind(ids).push(")");
    let mut faces: HashMap<Uuid, Map<String, Json>> = HashMap::new();
    for (asset, face) in list_faces(connection, condition)? {
        let faces = faces.entry(asset).or_default();
        faces.insert(face.id.to_string(), face.state.into());
    }
    for snapshot in &mut states {
        if let Some(faces) = faces.remove(&snapshot.id) {
            snapshot.state.insert("faces".into(), faces.into());
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
    let mut albums: HashMap<Uuid, Held> = HashMap::new();
    connection.query_each(
        "SELECT asset_id, album_id, created_at, added_by FROM album_asset WHERE asset_id IN LIST($1)
         /* embedded: only its journal is written anew */",
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
    let mut users: HashMap<Uuid, Map<String, Json>> = HashMap::new();
    connection.query_each(
        "SELECT album_id, user_id, role FROM album_user WHERE album_id IN LIST($1)
         /* embedded: only its journal is written anew */",
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
    struct ServerState {
        is_onboarded: bool,
        license_key: Option<String>,
        license_activation_key: Option<String>,
        license_activated_at: Option<i64>,
        system_config: String,
    }
}

row! {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct MemoryState {
        owner_id: Uuid,
        r#type: String = "type",
        year: i64,
        is_saved: bool,
        memory_at: i64,
        seen_at: Option<i64>,
        show_at: Option<i64>,
        hide_at: Option<i64>,
        created_at: i64,
    }
}

fn with_pictures(
    connection: &mut Connection<'_>,
    mut memories: Vec<EntitySnapshot>,
) -> Result<Vec<EntitySnapshot>> {
    let ids: Vec<Uuid> = memories.iter().map(|memory| memory.id).collect();
    let mut pictures: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    connection.query_each(
        "SELECT memory_id, asset_id FROM memory_asset WHERE memory_id IN LIST($1)",
        &[ids.into()],
        |(memory, asset): (Uuid, Uuid)| {
            pictures.entry(memory).or_default().push(asset);
            Ok(())
        },
    )?;
    for memory in &mut memories {
        let pictures = pictures.remove(&memory.id).unwrap_or_default();
        memory.state.insert("assets".into(), json!(pictures));
    }
    Ok(memories)
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
    struct StackState {
        owner_id: Uuid,
        primary_asset_id: Uuid,
        created_at: i64,
        is_automatic: bool,
    }
}

row! {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct LibraryState {
        owner_id: Uuid,
        name: String,
        import_paths: Stored<Vec<String>>,
        exclusion_patterns: Stored<Vec<String>>,
        refreshed_at: Option<i64>,
        deleted_at: Option<i64>,
        created_at: i64,
    }
}

row! {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct PersonState {
        owner_id: Uuid,
        name: String,
        birth_date: Option<String>,
        is_hidden: bool,
        is_favorite: bool,
        color: Option<String>,
        face_id: Option<Uuid>,
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
    connection.query(
        "SELECT tag_asset.asset_id, tag.value, TRUE FROM tag_asset JOIN tag ON tag.id = tag_asset.tag_id
         WHERE tag_asset.is_given = TRUE AND tag_asset.asset_id IN LIST($1)
         UNION ALL SELECT asset_id, value, FALSE FROM refused_tag WHERE asset_id IN LIST($1) ORDER BY 1, 2
         /* embedded: only its journal is written anew */",
        &[assets.into()],
    )
}
