//! SQL of the library as a whole.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::app::entity_snapshots::EntitySnapshot;
use crate::core::assets::row::FilePaths;
use crate::core::choices::{AssetOrder, AvatarColor, SourceType};
use crate::core::people;
use crate::core::people::face::FaceBox;
use crate::core::people::featured;
use crate::core::people::queries::NewFace;
use crate::core::tags::own;
use crate::places;
use crate::places::Place;
use crate::queue::enqueue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result, Sql, Value, fold};
use kallitype_storage::is_external;
use kallitype_web::fields::Enumeration;

/// The library's id; `None` for a database without one, be it without any tables. The database may be of an earlier
/// version: whether it is the right one is asked before it is migrated.
pub(crate) fn library_id(connection: &mut Connection<'_>) -> Result<Option<Uuid>> {
    let tables = [
        ("installation", "SELECT id FROM installation"),
        ("library", "SELECT id FROM library"),
    ];
    for (table, sql) in tables {
        if connection.has_table(table)? {
            return connection.query_optional(sql, &[]);
        }
    }
    Ok(None)
}

pub(crate) fn insert_library(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<Uuid> {
    connection.execute(
        "INSERT INTO installation (id, created_at) VALUES ($1, $2)",
        &[id.into(), now.into()],
    )?;
    Ok(id)
}

pub(crate) fn has_assets(connection: &mut Connection<'_>) -> Result<bool> {
    Ok(connection
        .query_optional::<Uuid>(
            "SELECT id FROM asset LIMIT 1 /* scan: one row says it */",
            &[],
        )?
        .is_some())
}

/// The files that an asset, an account or a person has, as keys.
pub(crate) fn list_paths(connection: &mut Connection<'_>, owner: Uuid) -> Result<Vec<String>> {
    let sql = Sql::select(FilePaths::COLUMNS)
        .push(" FROM asset WHERE id = ")
        .bind(owner)
        .push(" UNION ALL SELECT profile_image_path, NULL, NULL, NULL, NULL, NULL, NULL FROM account WHERE id = ")
        .bind(owner)
        .push(" UNION ALL SELECT thumbnail_path, NULL, NULL, NULL, NULL, NULL, NULL FROM person WHERE id = ")
        .bind(owner);
    let rows: Vec<FilePaths> = sql.query(connection)?;
    Ok(rows.into_iter().flatten().collect())
}

/// Whether a file is any asset's original or sidecar.
pub(crate) fn is_recorded(connection: &mut Connection<'_>, path: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM asset WHERE original_path = $1 OR sidecar_path = $1) \
        /* scan: only for what a process left that ended while it moved files */";
    connection.query_one(sql, &[path.into()])
}

/// Puts an account back as the journal knew it.
pub(crate) fn restore_account(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
    now: i64,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    connection.execute(
        "INSERT INTO account (id, email, name, password_hash, pin_hash, is_admin, should_change_password, \
         avatar_color, quota_bytes, profile_changed_at, created_at, updated_at, update_id, status, deleted_at, \
         storage_label, oauth_id, preferences, is_onboarded, license_key, license_activation_key, \
         license_activated_at, profile_image_path) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, next_change_id(), \
         $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        &[
            snapshot.id.into(),
            state.text("email").into(),
            state.text("name").into(),
            state.text("passwordHash").into(),
            state.optional_text("pinHash").into(),
            state.boolean("isAdmin").into(),
            state.boolean("shouldChangePassword").into(),
            avatar_color(&state).into(),
            state.integer("quotaBytes").into(),
            state.integer("profileChangedAt").unwrap_or(now).into(),
            state.integer("createdAt").unwrap_or(now).into(),
            now.into(),
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
            state.optional_text("profileImagePath").into()],
    )?;
    Ok(())
}

/// Puts an asset back as the journal knew it.
pub(crate) fn restore_asset(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
    now: i64,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    let created = state.integer("fileCreatedAt").unwrap_or(now);
    let position = state.real("latitude").zip(state.real("longitude"));
    let place = position.map_or_else(Place::default, |(latitude, longitude)| {
        places::name(latitude, longitude)
    });
    connection.execute(
        "INSERT INTO asset (id, owner_id, device_asset_id, device_id, type, original_path, sidecar_path, \
         original_file_name, file_size, checksum, file_created_at, file_modified_at, local_date_time, duration, \
         visibility, is_favorite, live_photo_video_id, duplicate_id, random_key, deleted_at, created_at, updated_at, \
         sidecar_bytes, stack_id, library_id, offline_at, unstacked_at, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
         $17, $18, $19, $20, $21, $22, $23, (SELECT id FROM stack WHERE stack.id = $24 AND stack.owner_id = $2), $25, $26, \
         $27, next_change_id())",
        &[
            snapshot.id.into(),
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
            state.integer("sidecarBytes").into(),
            state.uuid("stackId").into(),
            state.uuid("libraryId").into(),
            state.integer("offlineAt").into(),
            state.integer("unstackedAt").into()],
    )?;
    restore_library_file(connection, snapshot)?;
    connection.execute(
        "INSERT INTO exif (asset_id, description, rating, latitude, longitude, city, state, country, \
         date_time_original, time_zone, edited, is_dated, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, next_change_id())",
        &[
            snapshot.id.into(),
            state.text("description").into(),
            state.integer("rating").into(),
            state.real("latitude").into(),
            state.real("longitude").into(),
            place.city.into(),
            place.state.into(),
            place.country.into(),
            state.integer("dateTimeOriginal").into(),
            state.optional_text("timeZone").into(),
            state.text("edited").into()],
    )?;
    // What was found of duplicates, and decided about them, stays.
    connection.execute(
        "INSERT INTO asset_fingerprint (asset_id, owner_id, is_compared) VALUES ($1, $2, TRUE)",
        &[snapshot.id.into(), state.uuid("ownerId").into()],
    )?;
    Ok(())
}

/// Notes the file of a library's asset, as far as the journal knew it. The next scan looks at it.
fn restore_library_file(connection: &mut Connection<'_>, snapshot: &EntitySnapshot) -> Result<()> {
    let state = JournalState(&snapshot.state);
    let Some(library) = state.uuid("libraryId") else {
        return Ok(());
    };
    connection.execute(
        "INSERT INTO library_file (asset_id, library_id, path, size, modified_at, is_offline) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            snapshot.id.into(),
            library.into(),
            state.text("originalPath").into(),
            state.integer("fileSize").unwrap_or(0).into(),
            state.integer("fileModifiedAt").unwrap_or(0).into(),
            state.integer("offlineAt").is_some().into(),
        ],
    )?;
    Ok(())
}

/// Puts an external library back as the journal knew it. One that was being removed goes on to be.
pub(crate) fn restore_external_library(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
    now: i64,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    let deleted_at = state.integer("deletedAt");
    connection.execute(
        "INSERT INTO library (id, owner_id, name, import_paths, exclusion_patterns, refreshed_at, deleted_at, created_at, \
         updated_at, update_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, next_change_id())",
        &[
            snapshot.id.into(),
            state.uuid("ownerId").into(),
            state.text("name").into(),
            Value::json(&state.texts("importPaths"))?,
            Value::json(&state.texts("exclusionPatterns"))?,
            state.integer("refreshedAt").into(),
            deleted_at.into(),
            state.integer("createdAt").unwrap_or(now).into(),
            now.into(),
        ],
    )?;
    match deleted_at {
        Some(_) => enqueue(connection, JobKind::RemoveLibrary, snapshot.id),
        None => Ok(()),
    }
}

/// Puts an album back as the journal knew it. Its picture is chosen once its assets are in it.
pub(crate) fn restore_album(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
    now: i64,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    connection.execute(
        "INSERT INTO album (id, name, description, is_activity_enabled, sort_order, created_at, updated_at, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, next_change_id())",
        &[
            snapshot.id.into(),
            state.text("name").into(),
            state.text("description").into(),
            state.boolean("isActivityEnabled").into(),
            album_order(&state).into(),
            state.integer("createdAt").unwrap_or(now).into(),
            now.into()],
    )?;
    let sql = "INSERT INTO album_user (album_id, user_id, role, created_at, update_id) \
        SELECT $1, id, $3, $4, next_change_id() FROM account WHERE id = $2";
    for (user, role) in state.entries("users") {
        let role = role.as_str().unwrap_or_default();
        connection.execute(
            sql,
            &[snapshot.id.into(), user.into(), role.into(), now.into()],
        )?;
    }
    Ok(())
}

/// Puts back what the journal knew to be decided about the server.
pub(crate) fn restore_server(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    connection.execute(
        "UPDATE installation SET is_onboarded = $1, license_key = $2, license_activation_key = $3, \
         license_activated_at = $4, system_config = COALESCE($5, system_config), update_id = next_change_id()",
        &[
            state.boolean("isOnboarded").into(),
            state.optional_text("licenseKey").into(),
            state.optional_text("licenseActivationKey").into(),
            state.integer("licenseActivatedAt").into(),
            state.optional_text("systemConfig").into(),
        ],
    )?;
    Ok(())
}

/// Puts a memory back as the journal knew it, with those of its assets that are there.
pub(crate) fn restore_memory(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
    now: i64,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    connection.execute(
        "INSERT INTO memory (id, owner_id, type, year, is_saved, is_kept, memory_at, seen_at, show_at, hide_at, \
         created_at, updated_at, update_id) VALUES ($1, $2, $3, $4, $5, TRUE, $6, $7, $8, $9, $10, $11, next_change_id())",
        &[
            snapshot.id.into(),
            state.uuid("ownerId").into(),
            state.text("type").into(),
            state.integer("year").unwrap_or(1).into(),
            state.boolean("isSaved").into(),
            state.integer("memoryAt").unwrap_or(now).into(),
            state.integer("seenAt").into(),
            state.integer("showAt").into(),
            state.integer("hideAt").into(),
            state.integer("createdAt").unwrap_or(now).into(),
            now.into()],
    )?;
    let assets: Vec<Uuid> = state
        .texts("assets")
        .iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    let sql = "INSERT INTO memory_asset (memory_id, asset_id, update_id) \
        SELECT $1, id, next_change_id() FROM asset WHERE id IN LIST($2) AND owner_id = $3";
    let parameters = [
        snapshot.id.into(),
        assets.into(),
        state.uuid("ownerId").into(),
    ];
    connection.execute(sql, &parameters)?;
    Ok(())
}

/// Puts a tag back as the journal knew it.
pub(crate) fn restore_tag(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
    now: i64,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    let (Some(user), value) = (state.uuid("userId"), state.text("value")) else {
        return Ok(());
    };
    let created = state.integer("createdAt").unwrap_or(now);
    let color = state.optional_text("color");
    own::restore_tag(
        connection,
        snapshot.id,
        user,
        &value,
        color.as_deref(),
        created,
    )
}

/// Puts a stack back as the journal knew it, without its assets.
pub(crate) fn restore_stack(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
    now: i64,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    let sql = "INSERT INTO stack (id, owner_id, primary_asset_id, created_at, updated_at, is_automatic, update_id) \
        VALUES ($1, $2, $3, $4, $5, $6, next_change_id())";
    connection.execute(
        sql,
        &[
            snapshot.id.into(),
            state.uuid("ownerId").into(),
            state.uuid("primaryAssetId").unwrap_or_default().into(),
            state.integer("createdAt").unwrap_or(now).into(),
            now.into(),
            state.boolean("isAutomatic").into(),
        ],
    )?;
    Ok(())
}

/// Puts a person back as the journal knew them. Their featured face is chosen once faces are there.
pub(crate) fn restore_person(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
    now: i64,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    let name = state.text("name");
    connection.execute(
        "INSERT INTO person (id, owner_id, name, folded_name, birth_date, is_hidden, is_favorite, color, created_at, \
         updated_at, update_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, next_change_id())",
        &[
            snapshot.id.into(),
            state.uuid("ownerId").into(),
            (&name).into(),
            fold(&name).into(),
            state.optional_text("birthDate").into(),
            state.boolean("isHidden").into(),
            state.boolean("isFavorite").into(),
            state.optional_text("color").into(),
            state.integer("createdAt").unwrap_or(now).into(),
            now.into()],
    )?;
    Ok(())
}

/// Chooses the face that stands for a person as the journal knew it, if it is there, and has its thumbnail drawn.
pub(crate) fn restore_featured_face(
    connection: &mut Connection<'_>,
    person: &EntitySnapshot,
) -> Result<()> {
    let sql = "UPDATE person SET face_id = (SELECT id FROM asset_face WHERE id = $2 AND person_id = $1) WHERE id = $1";
    let face = JournalState(&person.state).uuid("faceId");
    connection.execute(sql, &[person.id.into(), face.into()])?;
    featured::draw(connection, &[person.id])
}

/// Puts back the faces that the journal knew on an asset. Whoever is gone is no one's.
pub(crate) fn restore_faces(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    let Some(owner) = state.uuid("ownerId") else {
        return Ok(());
    };
    for (id, face) in state.entries("faces") {
        let Json::Object(face) = face else { continue };
        let face = JournalState(face);
        let Some(source) = SourceType::from_name(&face.text("source")) else {
            continue;
        };
        let person = face.uuid("personId").unwrap_or_default();
        let own = people::queries::list_own(connection, owner, &[person])?;
        let pixels = |name| face.integer(name).unwrap_or(0);
        let face = NewFace {
            asset: snapshot.id,
            person: own.first().copied(),
            area: FaceBox {
                image_width: pixels("imageWidth"),
                image_height: pixels("imageHeight"),
                x1: pixels("x1"),
                y1: pixels("y1"),
                x2: pixels("x2"),
                y2: pixels("y2"),
            },
            source,
            found_name: face.optional_text("foundName"),
            is_decided: face.boolean("isDecided"),
            deleted_at: face.integer("deletedAt"),
        };
        people::queries::insert_face(connection, id, &face)?;
    }
    Ok(())
}

/// Puts an asset into the albums that the journal knew it in, as far as they are there. Journals of earlier versions do
/// not say by whom: by its owner, if they are in the album, else by the album's.
pub(crate) fn restore_held(
    connection: &mut Connection<'_>,
    snapshot: &EntitySnapshot,
    now: i64,
) -> Result<()> {
    let state = JournalState(&snapshot.state);
    let owner = state.uuid("ownerId");
    let added_by: HashMap<Uuid, &Json> = state.entries("addedBy").into_iter().collect();
    for (album, since) in state.entries("albums") {
        let by = added_by.get(&album).and_then(|by| by.as_str());
        let by = by.and_then(|by| by.parse::<Uuid>().ok());
        Sql::new("INSERT INTO album_asset (album_id, asset_id, created_at, added_by, update_id) SELECT id, ")
            .bind(snapshot.id)
            .push(", ")
            .bind(since.as_i64().unwrap_or(now))
            .push(", COALESCE(")
            .bind(by)
            .push(
                ", (SELECT user_id FROM album_user WHERE album_user.album_id = album.id AND user_id = ",
            )
            .bind(owner)
            .push(
                "), (SELECT user_id FROM album_user WHERE album_user.album_id = album.id AND role = 'owner')), \
                 next_change_id() FROM album WHERE id = ",
            )
            .bind(album)
            .execute(connection)?;
    }
    Ok(())
}

/// Chooses the picture that stands for an album as the journal knew it, if it is there.
pub(crate) fn restore_thumbnail(
    connection: &mut Connection<'_>,
    album: &EntitySnapshot,
) -> Result<()> {
    let sql =
        "UPDATE album SET thumbnail_asset_id = (SELECT id FROM asset WHERE id = $2) WHERE id = $1";
    let thumbnail = JournalState(&album.state).uuid("thumbnailAssetId");
    connection.execute(sql, &[album.id.into(), thumbnail.into()])?;
    Ok(())
}

/// An account's colour; one that this version does not know becomes the first.
fn avatar_color(state: &JournalState<'_>) -> AvatarColor {
    AvatarColor::from_name(&state.text("avatarColor")).unwrap_or(AvatarColor::Primary)
}

/// An album's order; one that this version does not know becomes the usual one.
fn album_order(state: &JournalState<'_>) -> AssetOrder {
    AssetOrder::from_name(&state.text("order")).unwrap_or(AssetOrder::Descending)
}

/// A journaled state, readable by name.
pub(crate) struct JournalState<'a>(pub &'a Map<String, Json>);

impl JournalState<'_> {
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

/// Lets the video show up by which a picture moved that is gone, unless others move by it: where the picture did.
pub(crate) fn release_motion_part(
    connection: &mut Connection<'_>,
    picture: &EntitySnapshot,
) -> Result<()> {
    let state = JournalState(&picture.state);
    let Some(video) = state.uuid("livePhotoVideoId") else {
        return Ok(());
    };
    let sql = "UPDATE asset SET visibility = $2, deleted_at = COALESCE(deleted_at, $3), update_id = next_change_id() \
        WHERE id = $1 AND owner_id = $4 AND visibility = 'hidden' \
        AND NOT EXISTS (SELECT 1 FROM asset still WHERE still.live_photo_video_id = $1)";
    connection.execute(
        sql,
        &[
            video.into(),
            state.text("visibility").into(),
            state.integer("deletedAt").into(),
            state.uuid("ownerId").into(),
        ],
    )?;
    Ok(())
}

/// Leaves pictures still whose moving part is gone.
pub(crate) fn forget_lost_motion_parts(connection: &mut Connection<'_>) -> Result<()> {
    let sql = "UPDATE asset SET live_photo_video_id = NULL, update_id = next_change_id() \
        WHERE live_photo_video_id IS NOT NULL \
        AND NOT EXISTS (SELECT 1 FROM asset part WHERE part.id = asset.live_photo_video_id) \
        /* scan: a rebuild looks at all of them, once */";
    connection.execute(sql, &[])?;
    Ok(())
}

pub(crate) fn list_account_ids(connection: &mut Connection<'_>) -> Result<HashSet<Uuid>> {
    let ids: Vec<Uuid> = connection.query("SELECT id FROM account", &[])?;
    Ok(ids.into_iter().collect())
}

/// The pictures of all accounts, as keys.
pub(crate) fn list_profile_images(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let sql = "SELECT profile_image_path FROM account WHERE profile_image_path IS NOT NULL";
    connection.query(sql, &[])
}

/// The thumbnails of persons in the order of the persons' ids, after one of them, with those ids.
pub(crate) fn list_person_thumbnails(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<(Uuid, Option<String>)>> {
    let sql = "SELECT id, thumbnail_path FROM person WHERE id > $1 ORDER BY id LIMIT $2";
    connection.query(sql, &[after.into(), limit.into()])
}

/// An original as it was recorded.
#[derive(Debug, Clone)]
pub(crate) struct Original {
    pub id: Uuid,
    pub path: String,
    pub file_size: i64,
    pub checksum: Vec<u8>,
    /// The other files the asset should have, with the work that makes each again.
    pub others: Vec<(String, Option<JobKind>)>,
    /// Whether it is a library's, and not the server's own.
    pub is_external: bool,
}

impl Original {
    fn new(
        (id, path, file_size, checksum): (Uuid, String, i64, Vec<u8>),
        files: FilePaths,
    ) -> Self {
        Self {
            id,
            is_external: is_external(&path),
            path,
            file_size,
            checksum,
            others: files.others().collect(),
        }
    }
}

/// How many originals there are, those in external libraries too.
pub(crate) fn count_originals(connection: &mut Connection<'_>) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(assets), 0) AS BIGINT) FROM asset_count";
    connection.query_one(sql, &[])
}

/// Originals in the order of their assets' ids, after one of them.
pub(crate) fn list_originals(
    connection: &mut Connection<'_>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Original>> {
    let sql = select_original()
        .push(" WHERE id > ")
        .bind(after)
        .push(" ORDER BY id LIMIT ")
        .bind(limit);
    let found = sql.query(connection)?.into_iter();
    Ok(found
        .map(|(record, files)| Original::new(record, files))
        .collect())
}

/// The original of one asset.
pub(crate) fn find_original(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Original>> {
    let sql = select_original().push(" WHERE id = ").bind(id);
    let found = sql.query_optional(connection)?;
    Ok(found.map(|(record, files)| Original::new(record, files)))
}

fn select_original() -> Sql {
    Sql::new("SELECT id, original_path, file_size, checksum, ")
        .push(FilePaths::COLUMNS)
        .push(" FROM asset")
}
