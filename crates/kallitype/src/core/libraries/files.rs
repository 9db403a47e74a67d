//! What scans record of a library's files.

use sha1::{Digest, Sha1};
use uuid::Uuid;

use super::queries::FileRow;
use crate::app::events;
use crate::app::events::Event;
use crate::app::file_deletions::schedule_file_deletion;
use crate::core::assets::file_type::FileType;
use crate::core::assets::model::AssetType;
use crate::core::assets::queries::{find_due_work, set_unread};
use crate::core::people::featured;
use crate::queue;
use crate::queue::kind::JobKind;
use crate::queue::table::enqueue_found;
use kallitype_db::{Connection, Result, Sql, Value, new_id};
use kallitype_storage::FileState;

/// The device that assets of libraries say they are from, as clients know it.
const DEVICE: &str = "Library Import";

/// A file as it was seen.
#[derive(Debug, Clone)]
pub(crate) struct SeenFile {
    pub path: String,
    pub state: FileState,
    pub sidecar: Option<SeenSidecar>,
    /// SHA-256, if there was a reason to read it.
    pub content_hash: Option<[u8; 32]>,
}

/// An XMP sidecar beside a file.
#[derive(Debug, Clone)]
pub(crate) struct SeenSidecar {
    pub path: String,
    pub size: i64,
    pub modified_at: i64,
}

impl SeenFile {
    fn name(&self) -> &str {
        self.path
            .rsplit_once('/')
            .map_or(&*self.path, |(_, name)| name)
    }

    fn kind(&self) -> AssetType {
        let known = FileType::of_name(&self.path).and_then(FileType::asset_type);
        known.unwrap_or(AssetType::Other)
    }

    fn sidecar_path(&self) -> Option<&str> {
        self.sidecar.as_ref().map(|sidecar| &*sidecar.path)
    }

    fn sidecar_bytes(&self) -> Option<i64> {
        self.sidecar.as_ref().map(|sidecar| sidecar.size)
    }

    pub(crate) fn sidecar_modified_at(&self) -> Option<i64> {
        self.sidecar.as_ref().map(|sidecar| sidecar.modified_at)
    }

    /// Whether the file's own bytes may be others than those that were seen before.
    pub(crate) fn is_other_than(&self, before: &FileRow) -> bool {
        (self.state.size, self.state.modified_at) != (before.size, before.modified_at)
    }
}

/// What the API calls a checksum of a library's file: it says nothing of its bytes, so that two equal files are two assets.
#[must_use]
fn checksum(path: &str) -> [u8; 20] {
    Sha1::new()
        .chain_update("path:")
        .chain_update(path)
        .finalize()
        .into()
}

/// Makes assets of files, with their first jobs.
///
/// # Errors
/// When the database fails.
pub(crate) fn insert(
    connection: &mut Connection<'_>,
    library: Uuid,
    owner: Uuid,
    files: &[SeenFile],
    now: i64,
) -> Result<()> {
    let files: Vec<(Uuid, &SeenFile)> = files.iter().map(|file| (new_id(), file)).collect();
    let assets = files.iter();
    let assets = assets.map(|(id, file)| asset_values(*id, library, owner, file, now));
    connection.insert_changes(
        "INSERT INTO asset (id, owner_id, library_id, device_asset_id, device_id, type, original_path, sidecar_path, \
         sidecar_bytes, original_file_name, file_size, checksum, file_created_at, file_modified_at, local_date_time, \
         visibility, is_favorite, random_key, created_at, updated_at, update_id)",
        assets.collect(),
        "",
    )?;
    let facts = files.iter().map(|(id, _)| {
        let none: Value = "".into();
        [(*id).into(), none.clone(), none, Value::Null]
    });
    connection.insert_changes(
        "INSERT INTO exif (asset_id, description, edited, is_dated, update_id)",
        facts.collect(),
        "",
    )?;
    let rows = files
        .iter()
        .map(|(id, file)| file_values(*id, library, file));
    connection.insert_many(
        "INSERT INTO library_file (asset_id, library_id, path, device, inode, size, modified_at, sidecar_modified_at, \
         content_hash, is_offline)",
        rows.collect(),
        "",
    )?;
    let ids: Vec<Uuid> = files.iter().map(|(id, _)| *id).collect();
    for kind in [JobKind::ExtractMetadata, JobKind::GenerateThumbnails] {
        let found = Sql::new("library_file WHERE asset_id IN LIST(");
        enqueue_found(
            connection,
            kind,
            "asset_id",
            found.bind(ids.clone()).push(")"),
        )?;
    }
    Ok(())
}

fn asset_values(id: Uuid, library: Uuid, owner: Uuid, file: &SeenFile, now: i64) -> [Value; 20] {
    let name = file.name();
    let device_asset: String = name.split_whitespace().collect();
    let modified_at: Value = file.state.modified_at.into();
    [
        id.into(),
        owner.into(),
        library.into(),
        device_asset.into(),
        DEVICE.into(),
        file.kind().into(),
        (&file.path).into(),
        file.sidecar_path().into(),
        file.sidecar_bytes().into(),
        name.into(),
        file.state.size.into(),
        checksum(&file.path).into(),
        modified_at.clone(),
        modified_at.clone(),
        modified_at,
        "timeline".into(),
        false.into(),
        rand::random::<i64>().into(),
        now.into(),
        now.into(),
    ]
}

fn file_values(id: Uuid, library: Uuid, file: &SeenFile) -> [Value; 10] {
    [
        id.into(),
        library.into(),
        (&file.path).into(),
        file.state.device.into(),
        file.state.inode.into(),
        file.state.size.into(),
        file.state.modified_at.into(),
        file.sidecar_modified_at().into(),
        file.content_hash.into(),
        false.into(),
    ]
}

/// Gives an asset the path that its file was moved to, with all that it has. Answers whether it was still as it was
/// looked up.
///
/// # Errors
/// When the database fails.
pub(crate) fn follow(
    connection: &mut Connection<'_>,
    owner: Uuid,
    before: &FileRow,
    file: &SeenFile,
    now: i64,
) -> Result<bool> {
    let id = before.asset;
    connection.lock("asset", id)?;
    let sql = "UPDATE library_file SET path = $3 WHERE asset_id = $1 AND path = $2";
    let parameters = [id.into(), (&before.path).into(), (&file.path).into()];
    if connection.execute(sql, &parameters)? == 0 {
        return Ok(false);
    }
    connection.update_row(
        "asset",
        "id",
        id,
        [
            ("original_path", (&file.path).into()),
            ("original_file_name", file.name().into()),
            ("checksum", checksum(&file.path).into()),
            ("updated_at", now.into()),
        ],
    )?;
    // What was being made of it under its former path is not kept.
    enqueue_due_work(connection, id)?;
    update(connection, owner, before, file, now)?;
    events::note(connection, &Event::AssetUpdated { owner, asset: id })?;
    Ok(true)
}

fn enqueue_due_work(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    let due = find_due_work(connection, id)?;
    if due.is_unread {
        queue::enqueue(connection, JobKind::ExtractMetadata, id)?;
    }
    if due.is_undrawn {
        queue::enqueue(connection, JobKind::GenerateThumbnails, id)?;
    }
    Ok(())
}

/// Records that a known file is there, as it was seen: its bytes or its sidecar may be others, and it may have been gone.
///
/// # Errors
/// When the database fails.
pub(crate) fn update(
    connection: &mut Connection<'_>,
    owner: Uuid,
    before: &FileRow,
    file: &SeenFile,
    now: i64,
) -> Result<()> {
    let id = before.asset;
    connection.lock("asset", id)?;
    set_state(connection, id, &file.state)?;
    let is_other = file.is_other_than(before);
    let sql = "UPDATE library_file SET sidecar_modified_at = $2, \
        content_hash = CASE WHEN $3 = TRUE THEN NULL ELSE content_hash END WHERE asset_id = $1";
    let parameters = [
        id.into(),
        file.sidecar_modified_at().into(),
        is_other.into(),
    ];
    connection.execute(sql, &parameters)?;
    if is_other {
        replace_content(connection, id, file, now)?;
    }
    set_sidecar(connection, id, file)?;
    let has_other_sidecar = file.sidecar_modified_at() != before.sidecar_modified_at;
    if is_other || has_other_sidecar {
        set_unread(connection, id)?;
        queue::enqueue(connection, JobKind::ExtractMetadata, id)?;
    }
    match before.is_offline {
        true => set_online(connection, owner, id, now),
        false => Ok(()),
    }
}

/// Where its sidecar is. To its user nothing changes by it.
fn set_sidecar(connection: &mut Connection<'_>, id: Uuid, file: &SeenFile) -> Result<()> {
    let sql = "UPDATE asset SET sidecar_path = $2, sidecar_bytes = $3, update_id = next_change_id() WHERE id = $1";
    let parameters = [
        id.into(),
        file.sidecar_path().into(),
        file.sidecar_bytes().into(),
    ];
    connection.execute(sql, &parameters).map(drop)
}

/// Notes where a file lies on its disk.
///
/// # Errors
/// When the database fails.
pub(crate) fn set_state(
    connection: &mut Connection<'_>,
    id: Uuid,
    state: &FileState,
) -> Result<()> {
    let sql = "UPDATE library_file SET device = $2, inode = $3, size = $4, modified_at = $5 WHERE asset_id = $1";
    let parameters = [
        id.into(),
        state.device.into(),
        state.inode.into(),
        state.size.into(),
        state.modified_at.into(),
    ];
    connection.execute(sql, &parameters).map(drop)
}

/// The file has other bytes: what was made of the former ones is made anew. Pictures stay until there are others.
fn replace_content(
    connection: &mut Connection<'_>,
    id: Uuid,
    file: &SeenFile,
    now: i64,
) -> Result<()> {
    let sql = "SELECT encoded_video_path, bare_video_path FROM asset WHERE id = $1";
    let videos: (Option<String>, Option<String>) = connection.query_one(sql, &[id.into()])?;
    for path in [videos.0, videos.1].into_iter().flatten() {
        schedule_file_deletion(connection, &path, now)?;
    }
    connection.update_row(
        "asset",
        "id",
        id,
        [
            ("file_size", file.state.size.into()),
            ("file_modified_at", file.state.modified_at.into()),
            ("encoded_video_path", Value::Null),
            ("bare_video_path", Value::Null),
            ("updated_at", now.into()),
        ],
    )?;
    let sql = "DELETE FROM asset_fingerprint WHERE asset_id = $1";
    connection.execute(sql, &[id.into()])?;
    let sql = "UPDATE exif SET is_dated = NULL WHERE asset_id = $1";
    connection.execute(sql, &[id.into()])?;
    queue::enqueue(connection, JobKind::GenerateThumbnails, id)
}

/// Puts assets aside whose files are gone: into the trash, out of which only a scan brings them that finds their files
/// again.
///
/// # Errors
/// When the database fails.
pub(crate) fn set_offline(
    connection: &mut Connection<'_>,
    owner: Uuid,
    ids: &[Uuid],
    now: i64,
) -> Result<()> {
    let sql = "UPDATE library_file SET is_offline = TRUE WHERE asset_id IN LIST($1)";
    connection.execute(sql, &[ids.into()])?;
    let sql = "UPDATE asset SET offline_at = $2, deleted_at = COALESCE(deleted_at, $2), updated_at = $2, \
        update_id = next_change_id() WHERE id IN LIST($1) AND offline_at IS NULL";
    connection.execute(sql, &[ids.into(), now.into()])?;
    featured::settle(connection, ids, now)?;
    events::tell_ids(connection, owner, "on_asset_trash", ids)
}

/// The asset's file is there again. What its user had put into the trash stays there.
fn set_online(connection: &mut Connection<'_>, owner: Uuid, id: Uuid, now: i64) -> Result<()> {
    let sql = "UPDATE library_file SET is_offline = FALSE WHERE asset_id = $1";
    connection.execute(sql, &[id.into()])?;
    let sql = "UPDATE asset SET deleted_at = CASE WHEN deleted_at = offline_at THEN NULL ELSE deleted_at END, \
        offline_at = NULL, updated_at = $2, update_id = next_change_id() WHERE id = $1";
    connection.execute(sql, &[id.into(), now.into()])?;
    enqueue_due_work(connection, id)?;
    featured::settle(connection, &[id], now)?;
    let sql = "SELECT id FROM asset WHERE id = $1 AND deleted_at IS NULL";
    let restored: Vec<Uuid> = connection.query(sql, &[id.into()])?;
    events::tell_ids(connection, owner, "on_asset_restore", &restored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_of_paths() {
        assert_eq!(
            hex::encode(checksum("/photos/a.jpg")),
            hex::encode(Sha1::digest("path:/photos/a.jpg"))
        );
    }
}
