//! Giving out an asset's files.

use axum::response::Response;
use http::HeaderMap;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::assets::file_type::FileType;
use crate::core::assets::queries::AssetFiles;
use kallitype_storage::StorageKey;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::files::{Served, serve};

/// What is answered when a file is not there, not yet or not any more.
pub(crate) fn not_found() -> ApiError {
    ApiError::not_found("Asset media not found")
}

/// A link that hides metadata does not tell what a file is called either: it goes by its asset's id.
#[must_use]
pub(crate) fn named_for(caller: &Caller, id: Uuid, files: AssetFiles) -> AssetFiles {
    if caller.link().is_none_or(|link| link.show_metadata) {
        return files;
    }
    let original_file_name = match FileType::of_name(&files.original_file_name) {
        Some(known) => format!("{id}.{}", known.extension),
        None => id.to_string(),
    };
    AssetFiles {
        original_file_name,
        ..files
    }
}

/// The original, byte for byte.
///
/// # Errors
/// 404 when the file is gone, 416 for a range outside of it.
pub(crate) fn original(app: &App, headers: &HeaderMap, files: &AssetFiles) -> Result<Response> {
    let mime = FileType::of_name(&files.original_file_name)
        .map_or("application/octet-stream", |known| known.mime);
    let etag = hex::encode(&files.checksum);
    stored(
        app,
        headers,
        &files.original_path,
        &files.original_file_name,
        mime,
        &etag,
    )
}

/// A file made from the original. Its key changes whenever it is made again, so it serves as its tag.
///
/// # Errors
/// As [`original`].
pub(crate) fn derived(
    app: &App,
    headers: &HeaderMap,
    files: &AssetFiles,
    path: &str,
) -> Result<Response> {
    let (_, file) = path.rsplit_once('/').ok_or_else(not_found)?;
    let (tag, extension) = file.rsplit_once('.').ok_or_else(not_found)?;
    let stem = files
        .original_file_name
        .rsplit_once('.')
        .map_or(files.original_file_name.as_str(), |(stem, _)| stem);
    let mime = FileType::of_name(file).map_or("application/octet-stream", |known| known.mime);
    stored(
        app,
        headers,
        path,
        &format!("{stem}.{extension}"),
        mime,
        tag,
    )
}

fn stored(
    app: &App,
    headers: &HeaderMap,
    path: &str,
    name: &str,
    mime: &'static str,
    tag: &str,
) -> Result<Response> {
    let key = StorageKey::parse(path)
        .ok_or_else(|| ApiError::internal("the database holds a path that is no key"))?;
    let file = match app.storage.open_file(&key) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(not_found()),
        file => file?,
    };
    serve(
        headers,
        Served {
            file,
            name,
            mime,
            tag,
        },
    )
}
