//! Giving out an asset's files.

use axum::response::Response;
use http::HeaderMap;
use uuid::Uuid;

use crate::access::{Action, Caller, Scope};
use crate::app::guard::ReadAlong;
use crate::app::state::App;
use crate::core::assets::file_type::FileType;
use crate::core::assets::location::{locate, source};
use crate::core::assets::queries;
use crate::core::assets::queries::AssetFiles;
use kallitype_db::{Connection, Json};
use kallitype_storage::is_external;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::file_readers::Source;
use kallitype_web::files::{CachePolicy, Served, serve};

/// What is answered when a file is not there, not yet or not any more.
pub(crate) fn not_found() -> ApiError {
    ApiError::not_found("Asset media not found")
}

/// The files of the asset in the path, if the caller may look at it.
#[derive(Debug, Clone)]
pub(crate) struct Viewable(pub Option<AssetFiles>);

/// The files of the asset in the path, if the caller may download it.
#[derive(Debug, Clone)]
pub(crate) struct Downloadable(pub Option<AssetFiles>);

impl ReadAlong for Viewable {
    type Of = Id;

    fn read(connection: &mut Connection<'_>, caller: &Caller, Id(id): Id) -> Result<Self> {
        let scope = Scope::of(caller, Action::View);
        Ok(Self(queries::find_files(connection, &scope, id)?))
    }
}

impl ReadAlong for Downloadable {
    type Of = Id;

    fn read(connection: &mut Connection<'_>, caller: &Caller, Id(id): Id) -> Result<Self> {
        let scope = Scope::of(caller, Action::Download);
        Ok(Self(queries::find_files(connection, &scope, id)?))
    }
}

/// Where the files of an asset are by now.
///
/// # Errors
/// When the database fails.
pub(crate) async fn find_again(
    app: &App,
    caller: &Caller,
    action: Action,
    id: Uuid,
) -> Result<Option<AssetFiles>> {
    let scope = Scope::of(caller, action);
    let finding = app
        .db
        .read(move |connection| queries::find_files(connection, &scope, id));
    Ok(finding.await?)
}

/// A link that hides metadata does not tell what a file is called either: it goes by its asset's id.
#[must_use]
pub(crate) fn named_for(caller: &Caller, files: AssetFiles) -> AssetFiles {
    if !caller.hides_metadata() {
        return files;
    }
    let original_file_name = match FileType::of_name(&files.original_file_name) {
        Some(known) => format!("{}.{}", files.id, known.extension),
        None => files.id.to_string(),
    };
    AssetFiles {
        original_file_name,
        ..files
    }
}

/// The original, byte for byte; `None` when the file is gone.
///
/// # Errors
/// 416 for a range outside of it.
pub(crate) async fn original(
    app: &App,
    headers: &HeaderMap,
    files: &AssetFiles,
) -> Result<Option<Response>> {
    let mime = FileType::of_name(&files.original_file_name)
        .map_or("application/octet-stream", |known| known.mime);
    let served = Served {
        source: find(app, &files.original_path, files.import_paths.as_ref())?,
        name: &files.original_file_name,
        mime,
        tag: &etag(files),
        cache: CachePolicy::Revalidate,
    };
    serve(&app.file_readers, headers, served).await
}

/// Changes whenever the original's bytes do. The checksum of a library's file does not.
fn etag(files: &AssetFiles) -> String {
    let checksum = hex::encode(&files.checksum);
    match is_external(&files.original_path) {
        true => format!("{checksum}-{}-{}", files.file_size, files.file_modified_at),
        false => checksum,
    }
}

fn find(app: &App, path: &str, import_paths: Option<&Json<Vec<String>>>) -> Result<Source> {
    match locate(path, import_paths) {
        Some(location) => Ok(source(&app.storage, location)),
        // Its library has other import paths by now.
        None if is_external(path) => Err(not_found()),
        None => Err(ApiError::internal(
            "the database holds a path that is no key",
        )),
    }
}

/// A file made from the original. Its key changes whenever it is made again, so it serves as its tag.
///
/// # Errors
/// As [`original`].
pub(crate) async fn derived(
    app: &App,
    headers: &HeaderMap,
    files: &AssetFiles,
    path: &str,
) -> Result<Option<Response>> {
    let (_, file) = path.rsplit_once('/').ok_or_else(not_found)?;
    let (tag, extension) = file.rsplit_once('.').ok_or_else(not_found)?;
    let stem = files
        .original_file_name
        .rsplit_once('.')
        .map_or(files.original_file_name.as_str(), |(stem, _)| stem);
    let mime = FileType::of_name(file).map_or("application/octet-stream", |known| known.mime);
    let served = Served {
        source: find(app, path, None)?,
        name: &format!("{stem}.{extension}"),
        mime,
        tag,
        cache: CachePolicy::Revalidate,
    };
    serve(&app.file_readers, headers, served).await
}
