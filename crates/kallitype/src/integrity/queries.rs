//! SQL of the library as a whole.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::core::tags;
use crate::core::tags::own;
use kallitype_db::{Connection, Result, Row, Value};

/// The library's id; `None` for a database without one, be it without any tables.
pub(crate) fn library_id(connection: &mut Connection<'_>) -> Option<Uuid> {
    connection
        .query_optional("SELECT id FROM library", &[], |row| row.get(0))
        .ok()
        .flatten()
}

pub(crate) fn insert_library(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<Uuid> {
    connection.execute(
        "INSERT INTO library (id, created_at) VALUES ($1, $2)",
        &[id.into(), now.into()],
    )?;
    Ok(id)
}

pub(crate) fn has_assets(connection: &mut Connection<'_>) -> Result<bool> {
    Ok(connection
        .query_optional("SELECT id FROM asset LIMIT 1", &[], |row| {
            row.get::<Uuid>(0)
        })?
        .is_some())
}

/// The files that an asset or an account has, as keys.
pub(crate) fn list_paths(connection: &mut Connection<'_>, owner: Uuid) -> Result<Vec<String>> {
    let sql = "SELECT original_path, sidecar_path, thumbnail_path, preview_path, fullsize_path, encoded_video_path \
        FROM asset WHERE id = $1 \
        UNION ALL SELECT profile_image_path, NULL, NULL, NULL, NULL, NULL FROM account WHERE id = $1";
    let rows = connection.query(sql, &[owner.into()], |row| {
        (0..6)
            .map(|column| row.get::<Option<String>>(column))
            .collect::<Result<Vec<_>>>()
    })?;
    Ok(rows.into_iter().flatten().flatten().collect())
}

/// An asset's or account's present state, for the journal.
#[derive(Debug, Clone)]
pub struct Stated {
    pub update_id: Uuid,
    pub id: Uuid,
    pub state: Map<String, Json>,
}

const ASSET_STATE: &str = "SELECT asset.id, asset.update_id, asset.owner_id, asset.device_asset_id, asset.device_id, \
    asset.type, asset.original_path, asset.sidecar_path, asset.original_file_name, asset.file_size, asset.checksum, \
    asset.file_created_at, asset.file_modified_at, asset.local_date_time, asset.duration, asset.visibility, \
    asset.is_favorite, asset.live_photo_video_id, asset.duplicate_id, asset.deleted_at, asset.created_at, \
    exif.edited, exif.description, exif.rating, exif.latitude, exif.longitude, exif.date_time_original, \
    exif.time_zone FROM asset JOIN exif ON exif.asset_id = asset.id";

pub(crate) fn list_states(connection: &mut Connection<'_>, ids: Vec<Uuid>) -> Result<Vec<Stated>> {
    let sql = format!("{ASSET_STATE} WHERE asset.id IN LIST($1)");
    let states = connection.query(&sql, &[ids.into()], read_state)?;
    with_lists(connection, states)
}

/// States of assets in the order of their ids, after one of them.
pub(crate) fn list_states_after(
    connection: &mut Connection<'_>,
    after: Uuid,
    most: i64,
) -> Result<Vec<Stated>> {
    let sql = format!("{ASSET_STATE} WHERE asset.id > $1 ORDER BY asset.id LIMIT $2");
    let states = connection.query(&sql, &[after.into(), most.into()], read_state)?;
    with_lists(connection, states)
}

/// The assets that changed after `since`, facts and kept values included.
pub(crate) fn list_changed(connection: &mut Connection<'_>, since: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM asset WHERE update_id > $1 \
        UNION SELECT asset_id FROM exif WHERE update_id > $1 \
        UNION SELECT asset_id FROM asset_metadata WHERE update_id > $1 \
        UNION SELECT asset_id FROM album_asset WHERE update_id > $1 \
        UNION SELECT entity_id FROM tombstone WHERE update_id > $1 AND entity = 'album_asset'";
    connection.query(sql, &[since.into()], |row| row.get(0))
}

/// The assets, accounts, albums and tags that were deleted after `since`, with when.
pub(crate) fn list_deleted(
    connection: &mut Connection<'_>,
    since: Uuid,
) -> Result<Vec<(Uuid, Uuid)>> {
    let sql = "SELECT entity_id, update_id FROM tombstone WHERE update_id > $1 AND (entity IN ('asset', 'user', 'tag') \
        OR (entity = 'album' AND NOT EXISTS (SELECT 1 FROM album WHERE album.id = tombstone.entity_id)))";
    connection.query(sql, &[since.into()], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn read_state(row: &Row<'_>) -> Result<Stated> {
    let text = |column: usize| row.get::<String>(column);
    let id = |column: usize| {
        Ok::<_, kallitype_db::DatabaseError>(
            row.get::<Option<Uuid>>(column)?.map(|id| id.to_string()),
        )
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
    Ok(Stated {
        id: row.get(0)?,
        update_id: row.get(1)?,
        state,
    })
}

/// With what their apps keep, and what their user decided about their tags.
fn with_tags(connection: &mut Connection<'_>, states: Vec<Stated>) -> Result<Vec<Stated>> {
    let mut states = with_metadata(connection, states)?;
    let ids = states.iter().map(|stated| stated.id).collect();
    let mut decided: HashMap<(Uuid, bool), Vec<String>> = HashMap::new();
    for (asset, value, is_given) in tags::queries::list_kept(connection, ids)? {
        decided.entry((asset, is_given)).or_default().push(value);
    }
    for stated in &mut states {
        for (name, is_given) in [("tags", true), ("refusedTags", false)] {
            if let Some(values) = decided.remove(&(stated.id, is_given)) {
                stated.state.insert(name.into(), json!(values));
            }
        }
    }
    Ok(states)
}

fn with_metadata(connection: &mut Connection<'_>, mut states: Vec<Stated>) -> Result<Vec<Stated>> {
    let ids: Vec<Uuid> = states.iter().map(|stated| stated.id).collect();
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
    for stated in &mut states {
        let own = kept.iter().filter(|(asset, _, _)| *asset == stated.id);
        let object: Map<String, Json> = own
            .filter_map(|(_, key, value)| Some((key.clone(), serde_json::from_str(value).ok()?)))
            .collect();
        if !object.is_empty() {
            stated.state.insert("metadata".into(), Json::Object(object));
        }
    }
    Ok(states)
}

/// With everything that belongs to them.
fn with_lists(connection: &mut Connection<'_>, states: Vec<Stated>) -> Result<Vec<Stated>> {
    let states = with_tags(connection, states)?;
    with_albums(connection, states)
}

/// Adds the albums that each asset is in, with since when.
fn with_albums(connection: &mut Connection<'_>, mut states: Vec<Stated>) -> Result<Vec<Stated>> {
    let ids: Vec<Uuid> = states.iter().map(|stated| stated.id).collect();
    let sql = "SELECT asset_id, album_id, created_at FROM album_asset WHERE asset_id IN LIST($1)";
    let held = connection.query(sql, &[ids.into()], |row| {
        Ok((row.get::<Uuid>(0)?, row.get::<Uuid>(1)?, row.get::<i64>(2)?))
    })?;
    let mut albums: HashMap<Uuid, Map<String, Json>> = HashMap::new();
    for (asset, album, since) in held {
        let albums = albums.entry(asset).or_default();
        albums.insert(album.to_string(), json!(since));
    }
    for stated in &mut states {
        if let Some(albums) = albums.remove(&stated.id) {
            stated.state.insert("albums".into(), Json::Object(albums));
        }
    }
    Ok(states)
}

const ALBUM_STATE: &str = "SELECT id, update_id, name, description, thumbnail_asset_id, is_activity_enabled, \
    sort_order, created_at FROM album";

pub(crate) fn find_album_state(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<Stated>> {
    let sql = format!("{ALBUM_STATE} WHERE id = $1");
    let states = connection.query(&sql, &[id.into()], read_album)?;
    Ok(with_users(connection, states)?.pop())
}

/// The albums that changed after `since`, the people in them included.
pub(crate) fn list_album_states(
    connection: &mut Connection<'_>,
    since: Uuid,
) -> Result<Vec<Stated>> {
    let sql = format!(
        "{ALBUM_STATE} WHERE update_id > $1 \
         OR id IN (SELECT album_id FROM album_user WHERE album_user.update_id > $1) \
         OR id IN (SELECT owner_id FROM tombstone WHERE tombstone.update_id > $1 AND entity = 'album_user')"
    );
    let states = connection.query(&sql, &[since.into()], read_album)?;
    with_users(connection, states)
}

fn read_album(row: &Row<'_>) -> Result<Stated> {
    let mut state = Map::new();
    let mut put = |name: &str, value: Json| state.insert(name.to_owned(), value);
    put("name", json!(row.get::<String>(2)?));
    put("description", json!(row.get::<String>(3)?));
    put("thumbnailAssetId", json!(row.get::<Option<Uuid>>(4)?));
    put("isActivityEnabled", json!(row.get::<bool>(5)?));
    put("order", json!(row.get::<String>(6)?));
    put("createdAt", json!(row.get::<i64>(7)?));
    Ok(Stated {
        id: row.get(0)?,
        update_id: row.get(1)?,
        state,
    })
}

fn with_users(connection: &mut Connection<'_>, mut albums: Vec<Stated>) -> Result<Vec<Stated>> {
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

pub(crate) fn list_tag_states_of(
    connection: &mut Connection<'_>,
    ids: Vec<Uuid>,
) -> Result<Vec<Stated>> {
    let sql = format!("{TAG_STATE} WHERE id IN LIST($1)");
    connection.query(&sql, &[ids.into()], read_tag)
}

/// The tags that changed after `since`.
pub(crate) fn list_tag_states(connection: &mut Connection<'_>, since: Uuid) -> Result<Vec<Stated>> {
    let sql = format!("{TAG_STATE} WHERE update_id > $1");
    connection.query(&sql, &[since.into()], read_tag)
}

fn read_tag(row: &Row<'_>) -> Result<Stated> {
    let mut state = Map::new();
    let mut put = |name: &str, value: Json| state.insert(name.to_owned(), value);
    put("userId", json!(row.get::<Uuid>(2)?));
    put("value", json!(row.get::<String>(3)?));
    put("color", json!(row.get::<Option<String>>(4)?));
    put("createdAt", json!(row.get::<i64>(5)?));
    Ok(Stated {
        id: row.get(0)?,
        update_id: row.get(1)?,
        state,
    })
}

const ACCOUNT_STATE: &str = "SELECT id, update_id, email, name, password_hash, pin_hash, is_admin, \
    should_change_password, avatar_color, quota_bytes, profile_changed_at, created_at, status, deleted_at, \
    storage_label, oauth_id, preferences, is_onboarded, license_key, license_activation_key, license_activated_at, \
    profile_image_path FROM account";

pub(crate) fn find_account_state(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<Stated>> {
    connection.query_optional(
        &format!("{ACCOUNT_STATE} WHERE id = $1"),
        &[id.into()],
        read_account,
    )
}

pub(crate) fn list_account_states(
    connection: &mut Connection<'_>,
    since: Uuid,
) -> Result<Vec<Stated>> {
    connection.query(
        &format!("{ACCOUNT_STATE} WHERE update_id > $1"),
        &[since.into()],
        read_account,
    )
}

fn read_account(row: &Row<'_>) -> Result<Stated> {
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
        return Ok(Stated {
            id: row.get(0)?,
            update_id: row.get(1)?,
            state: Map::new(),
        });
    };
    Ok(Stated {
        id: row.get(0)?,
        update_id: row.get(1)?,
        state,
    })
}

/// Puts an account back as the journal knew it.
pub(crate) fn restore_account(
    connection: &mut Connection<'_>,
    stated: &Stated,
    now: i64,
) -> Result<()> {
    let state = State(&stated.state);
    connection.execute(
        "INSERT INTO account (id, email, name, password_hash, pin_hash, is_admin, should_change_password, \
         avatar_color, quota_bytes, profile_changed_at, created_at, updated_at, update_id, status, deleted_at, \
         storage_label, oauth_id, preferences, is_onboarded, license_key, license_activation_key, \
         license_activated_at, profile_image_path) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
        &[
            stated.id.into(),
            state.text("email").into(),
            state.text("name").into(),
            state.text("passwordHash").into(),
            state.optional_text("pinHash").into(),
            state.boolean("isAdmin").into(),
            state.boolean("shouldChangePassword").into(),
            state.text("avatarColor").into(),
            state.integer("quotaBytes").into(),
            state.integer("profileChangedAt").unwrap_or(now).into(),
            state.integer("createdAt").unwrap_or(now).into(),
            now.into(),
            stated.update_id.into(),
            // Journals of earlier versions do not say what follows.
            state.optional_text("status").unwrap_or_else(|| "active".into()).into(),
            state.integer("deletedAt").into(),
            state.optional_text("storageLabel").into(),
            state.text("oauthId").into(),
            state.optional_text("preferences").unwrap_or_else(|| "{}".into()).into(),
            state.boolean("isOnboarded").into(),
            state.optional_text("licenseKey").into(),
            state.optional_text("licenseActivationKey").into(),
            state.integer("licenseActivatedAt").into(),
            state.optional_text("profileImagePath").into(),
        ],
    )?;
    Ok(())
}

/// Puts an asset back as the journal knew it.
pub(crate) fn restore_asset(
    connection: &mut Connection<'_>,
    stated: &Stated,
    now: i64,
) -> Result<()> {
    let state = State(&stated.state);
    let created = state.integer("fileCreatedAt").unwrap_or(now);
    connection.execute(
        "INSERT INTO asset (id, owner_id, device_asset_id, device_id, type, original_path, sidecar_path, \
         original_file_name, file_size, checksum, file_created_at, file_modified_at, local_date_time, duration, \
         visibility, is_favorite, live_photo_video_id, duplicate_id, random_key, deleted_at, created_at, updated_at, \
         update_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
         $20, $21, $22, $23)",
        &[
            stated.id.into(),
            state.uuid("ownerId").into(),
            state.text("deviceAssetId").into(),
            state.text("deviceId").into(),
            state.text("type").into(),
            state.text("originalPath").into(),
            state.optional_text("sidecarPath").into(),
            state.text("originalFileName").into(),
            state.integer("fileSize").unwrap_or(0).into(),
            hex::decode(state.text("checksum")).unwrap_or_default().into(),
            created.into(),
            state.integer("fileModifiedAt").unwrap_or(created).into(),
            state.integer("localDateTime").unwrap_or(created).into(),
            state.integer("duration").into(),
            state.text("visibility").into(),
            state.boolean("isFavorite").into(),
            state.uuid("livePhotoVideoId").into(),
            state.uuid("duplicateId").into(),
            rand::random::<i64>().into(),
            state.integer("deletedAt").into(),
            state.integer("createdAt").unwrap_or(now).into(),
            now.into(),
            stated.update_id.into(),
        ],
    )?;
    connection.execute(
        "INSERT INTO exif (asset_id, description, rating, latitude, longitude, date_time_original, time_zone, \
         edited, update_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            stated.id.into(),
            state.text("description").into(),
            state.integer("rating").into(),
            state.real("latitude").into(),
            state.real("longitude").into(),
            state.integer("dateTimeOriginal").into(),
            state.optional_text("timeZone").into(),
            state.text("edited").into(),
            kallitype_db::update_id().into(),
        ],
    )?;
    Ok(())
}

/// Puts an album back as the journal knew it. Its picture is chosen once its assets are in it.
pub(crate) fn restore_album(
    connection: &mut Connection<'_>,
    stated: &Stated,
    now: i64,
) -> Result<()> {
    let state = State(&stated.state);
    connection.execute(
        "INSERT INTO album (id, name, description, is_activity_enabled, sort_order, created_at, updated_at, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            stated.id.into(),
            state.text("name").into(),
            state.text("description").into(),
            state.boolean("isActivityEnabled").into(),
            state.text("order").into(),
            state.integer("createdAt").unwrap_or(now).into(),
            now.into(),
            stated.update_id.into(),
        ],
    )?;
    let sql = "INSERT INTO album_user (album_id, user_id, role, created_at, update_id) \
        SELECT $1, id, $3, $4, $5 FROM account WHERE id = $2";
    for (user, role) in state.entries("users") {
        let role = role.as_str().unwrap_or_default();
        connection.execute(
            sql,
            &[
                stated.id.into(),
                user.into(),
                role.into(),
                now.into(),
                kallitype_db::update_id().into(),
            ],
        )?;
    }
    Ok(())
}

/// Puts a tag back as the journal knew it.
pub(crate) fn restore_tag(
    connection: &mut Connection<'_>,
    stated: &Stated,
    now: i64,
) -> Result<()> {
    let state = State(&stated.state);
    let (Some(user), value) = (state.uuid("userId"), state.text("value")) else {
        return Ok(());
    };
    let created = state.integer("createdAt").unwrap_or(now);
    let color = state.optional_text("color");
    own::restore_tag(
        connection,
        stated.id,
        user,
        &value,
        color.as_deref(),
        created,
    )
}

/// Puts an asset into the albums that the journal knew it in, as far as they are there.
pub(crate) fn restore_held(
    connection: &mut Connection<'_>,
    stated: &Stated,
    now: i64,
) -> Result<()> {
    let sql = "INSERT INTO album_asset (album_id, asset_id, created_at, update_id) \
        SELECT id, $2, $3, $4 FROM album WHERE id = $1";
    for (album, since) in State(&stated.state).entries("albums") {
        connection.execute(
            sql,
            &[
                album.into(),
                stated.id.into(),
                since.as_i64().unwrap_or(now).into(),
                kallitype_db::update_id().into(),
            ],
        )?;
    }
    Ok(())
}

/// Chooses the picture that stands for an album as the journal knew it, if it is there.
pub(crate) fn restore_thumbnail(connection: &mut Connection<'_>, album: &Stated) -> Result<()> {
    let sql =
        "UPDATE album SET thumbnail_asset_id = (SELECT id FROM asset WHERE id = $2) WHERE id = $1";
    let thumbnail = State(&album.state).uuid("thumbnailAssetId");
    connection.execute(sql, &[album.id.into(), thumbnail.into()])?;
    Ok(())
}

/// A journaled state, readable by name.
pub(crate) struct State<'a>(pub &'a Map<String, Json>);

impl State<'_> {
    pub(crate) fn text(&self, name: &str) -> String {
        self.optional_text(name).unwrap_or_default()
    }

    pub(crate) fn optional_text(&self, name: &str) -> Option<String> {
        self.0.get(name)?.as_str().map(str::to_owned)
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    fn real(&self, name: &str) -> Option<f64> {
        self.0.get(name)?.as_f64()
    }

    fn boolean(&self, name: &str) -> bool {
        self.0.get(name).and_then(Json::as_bool).unwrap_or(false)
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.0.get(name).and_then(Json::as_array);
        list.into_iter()
            .flatten()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect()
    }

    pub(crate) fn uuid(&self, name: &str) -> Option<Uuid> {
        self.0.get(name)?.as_str()?.parse().ok()
    }

    /// An object's values by the ids that are their names.
    fn entries(&self, name: &str) -> Vec<(Uuid, &Json)> {
        let object = self.0.get(name).and_then(Json::as_object);
        let entries = object.into_iter().flatten();
        entries
            .filter_map(|(id, value)| Some((id.parse().ok()?, value)))
            .collect()
    }
}

/// The pictures of all accounts, as keys.
pub(crate) fn list_profile_images(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let sql = "SELECT profile_image_path FROM account WHERE profile_image_path IS NOT NULL";
    connection.query(sql, &[], |row| row.get(0))
}

/// An original as it was recorded.
#[derive(Debug, Clone)]
pub(crate) struct Original {
    pub id: Uuid,
    pub path: String,
    pub file_size: i64,
    pub checksum: Vec<u8>,
    /// The other files the asset should have.
    pub others: Vec<String>,
}

pub(crate) fn list_originals(
    connection: &mut Connection<'_>,
    after: Uuid,
    most: i64,
) -> Result<Vec<Original>> {
    let sql = "SELECT id, original_path, file_size, checksum, sidecar_path, thumbnail_path, preview_path, \
        fullsize_path, encoded_video_path FROM asset WHERE id > $1 ORDER BY id LIMIT $2";
    let parameters: [Value; 2] = [after.into(), most.into()];
    connection.query(sql, &parameters, |row| {
        let mut others = Vec::new();
        for column in 4..=8 {
            others.extend(row.get::<Option<String>>(column)?);
        }
        Ok(Original {
            id: row.get(0)?,
            path: row.get(1)?,
            file_size: row.get(2)?,
            checksum: row.get(3)?,
            others,
        })
    })
}
