//! SQL of external libraries.

use uuid::Uuid;

use super::library::{LibraryChanges, LibraryResponseDto, NewLibrary};
use crate::core::assets::model::AssetType;
use kallitype_db::{Connection, Json, Result, Sql, Value, row};

/// All libraries, the oldest first.
pub(crate) fn list(connection: &mut Connection<'_>) -> Result<Vec<LibraryResponseDto>> {
    Sql::select(LibraryResponseDto::COLUMNS)
        .push(" FROM library WHERE deleted_at IS NULL ORDER BY created_at, id")
        .query(connection)
}

pub(crate) fn find(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<LibraryResponseDto>> {
    Sql::select(LibraryResponseDto::COLUMNS)
        .push(" FROM library WHERE deleted_at IS NULL AND id = ")
        .bind(id)
        .query_optional(connection)
}

pub(crate) fn insert(
    connection: &mut Connection<'_>,
    library: &NewLibrary,
    now: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO library (id, owner_id, name, import_paths, exclusion_patterns, created_at, updated_at, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, next_change_id())",
        &[
            library.id.into(),
            library.owner_id.into(),
            (&library.name).into(),
            Value::json(&library.import_paths)?,
            Value::json(&library.exclusion_patterns)?,
            now.into(),
        ],
    )?;
    Ok(())
}

pub(crate) fn update(
    connection: &mut Connection<'_>,
    id: Uuid,
    changes: &LibraryChanges,
    now: i64,
) -> Result<()> {
    let mut values: Vec<(&'static str, Value)> = vec![("updated_at", now.into())];
    if let Some(name) = &changes.name {
        values.push(("name", name.into()));
    }
    for (column, texts) in [
        ("import_paths", &changes.import_paths),
        ("exclusion_patterns", &changes.exclusion_patterns),
    ] {
        if let Some(texts) = texts {
            values.push((column, Value::json(texts)?));
        }
    }
    connection.update_row("library", "id", id, values)
}

pub(crate) fn set_deleted(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    connection.update_row("library", "id", id, [("deleted_at", now.into())])
}

pub(crate) fn set_refreshed(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    connection.update_row("library", "id", id, [("refreshed_at", now.into())])
}

/// Whose a library was that is being removed.
pub(crate) fn find_removed_owner(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<Uuid>> {
    let sql = "SELECT owner_id FROM library WHERE id = $1 AND deleted_at IS NOT NULL";
    connection.query_optional(sql, &[id.into()])
}

pub(crate) fn list_of_owner(connection: &mut Connection<'_>, owner: Uuid) -> Result<Vec<Uuid>> {
    connection.query(
        "SELECT id FROM library WHERE owner_id = $1",
        &[owner.into()],
    )
}

pub(crate) fn delete(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    connection.execute("DELETE FROM library WHERE id = $1", &[id.into()])?;
    Ok(())
}

/// Some of the assets of a library.
pub(crate) fn list_assets(
    connection: &mut Connection<'_>,
    id: Uuid,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM asset WHERE library_id = $1 LIMIT $2";
    connection.query(sql, &[id.into(), limit.into()])
}

/// How many assets of each type a library has, and their bytes.
pub(crate) fn count(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Vec<(AssetType, i64, i64)>> {
    let sql = "SELECT type, CAST(SUM(assets) AS BIGINT), CAST(SUM(bytes) AS BIGINT) FROM library_count \
        WHERE library_id = $1 GROUP BY type";
    connection.query(sql, &[id.into()])
}

row! {
    /// What a scan has to know of a library.
    #[derive(Debug, Clone)]
    pub(crate) struct Scannable {
        pub id: Uuid = "library.id",
        pub owner_id: Uuid = "library.owner_id",
        pub import_paths: Json<Vec<String>> = "library.import_paths",
        pub exclusion_patterns: Json<Vec<String>> = "library.exclusion_patterns",
    }
}

/// A library that is in use, and whose owner has an account in use.
pub(crate) fn find_scannable(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<Scannable>> {
    select_scannable()
        .push(" AND library.id = ")
        .bind(id)
        .query_optional(connection)
}

/// All such libraries.
pub(crate) fn list_scannable(connection: &mut Connection<'_>) -> Result<Vec<Scannable>> {
    select_scannable().query(connection)
}

fn select_scannable() -> Sql {
    Sql::select(Scannable::COLUMNS).push(
        " FROM library JOIN account ON account.id = library.owner_id \
         WHERE library.deleted_at IS NULL AND account.status = 'active'",
    )
}

row! {
    /// A library's file as the last scan saw it.
    #[derive(Debug, Clone)]
    pub(crate) struct FileRow {
        pub asset: Uuid = "asset_id",
        pub path: String,
        /// None until a scan has seen it.
        pub device: Option<i64>,
        pub inode: Option<i64>,
        pub size: i64,
        pub modified_at: i64,
        pub sidecar_modified_at: Option<i64>,
        pub is_offline: bool,
    }
}

/// Which of some paths need no look: there are assets of them, or there are to be none.
pub(crate) fn list_known(
    connection: &mut Connection<'_>,
    library: Uuid,
    paths: Vec<String>,
) -> Result<Vec<String>> {
    let sql = "SELECT path FROM library_file WHERE library_id = $1 AND path IN LIST($2) \
        UNION ALL SELECT path FROM library_refusal WHERE library_id = $1 AND path IN LIST($2)";
    connection.query(sql, &[library.into(), paths.into()])
}

fn select_files(library: Uuid) -> Sql {
    Sql::select(FileRow::COLUMNS)
        .push(" FROM library_file WHERE library_id = ")
        .bind(library)
}

/// A library's files in the order of their assets' ids, after one of them.
pub(crate) fn list_files(
    connection: &mut Connection<'_>,
    library: Uuid,
    after: Uuid,
    limit: i64,
) -> Result<Vec<FileRow>> {
    select_files(library)
        .push(" AND asset_id > ")
        .bind(after)
        .push(" ORDER BY asset_id LIMIT ")
        .bind(limit)
        .query(connection)
}

pub(crate) fn list_by_inode(
    connection: &mut Connection<'_>,
    library: Uuid,
    inodes: Vec<i64>,
) -> Result<Vec<FileRow>> {
    select_files(library)
        .push(" AND inode IN LIST(")
        .bind(inodes)
        .push(")")
        .query(connection)
}

/// Which of some sizes files have whose content is known.
pub(crate) fn list_hashed_sizes(
    connection: &mut Connection<'_>,
    library: Uuid,
    sizes: Vec<i64>,
) -> Result<Vec<i64>> {
    let sql = "SELECT DISTINCT size FROM library_file WHERE library_id = $1 AND size IN LIST($2) \
        AND content_hash IS NOT NULL";
    connection.query(sql, &[library.into(), sizes.into()])
}

/// Files with some contents, with their hashes.
pub(crate) fn list_by_hash(
    connection: &mut Connection<'_>,
    library: Uuid,
    sizes: Vec<i64>,
    hashes: Vec<Vec<u8>>,
) -> Result<Vec<(Vec<u8>, FileRow)>> {
    Sql::new("SELECT content_hash, ")
        .push(FileRow::COLUMNS)
        .push(" FROM library_file WHERE library_id = ")
        .bind(library)
        .push(" AND size IN LIST(")
        .bind(sizes)
        .push(") AND content_hash IN LIST(")
        .bind(hashes)
        .push(")")
        .query(connection)
}

/// Files whose content is not known yet, in the order of their assets' ids, after one of them.
pub(crate) fn list_unhashed(
    connection: &mut Connection<'_>,
    library: Uuid,
    after: Uuid,
    limit: i64,
) -> Result<Vec<FileRow>> {
    select_files(library)
        .push(" AND content_hash IS NULL AND is_offline = FALSE AND asset_id > ")
        .bind(after)
        .push(" ORDER BY asset_id LIMIT ")
        .bind(limit)
        .query(connection)
}

/// Notes the content of a file, unless the file is another one by now.
pub(crate) fn set_hash(
    connection: &mut Connection<'_>,
    file: &FileRow,
    hash: [u8; 32],
) -> Result<()> {
    let sql = "UPDATE library_file SET content_hash = $2 WHERE asset_id = $1 AND path = $3 AND size = $4 AND modified_at = $5";
    let parameters = [
        file.asset.into(),
        hash.into(),
        (&file.path).into(),
        file.size.into(),
        file.modified_at.into(),
    ];
    connection.execute(sql, &parameters).map(drop)
}

/// Keeps scans from taking a file again whose asset is being deleted. One that is gone, or whose library is being removed,
/// needs nothing.
pub(crate) fn refuse_file(connection: &mut Connection<'_>, asset: Uuid) -> Result<()> {
    let sql = "INSERT INTO library_refusal (library_id, path) SELECT library_file.library_id, library_file.path \
        FROM library_file JOIN library ON library.id = library_file.library_id WHERE library_file.asset_id = $1 \
        AND library_file.is_offline = FALSE AND library.deleted_at IS NULL ON CONFLICT DO NOTHING";
    connection.execute(sql, &[asset.into()]).map(drop)
}
