//! The XMP sidecar of an asset: a file beside the original, `<original>.xmp`, that other programs read and write too.
//! There is at most one, and the latest takes the place of the one before.

use std::fs::File;
use std::io;
use std::sync::Arc;

use uuid::Uuid;

use crate::app::state::App;
use crate::config::Settings;
use crate::core::assets::queries;
use kallitype_db::Connection;
use kallitype_storage::{Before, Location, Replacement};
use kallitype_web::error::Result;

/// Opens a sidecar; one that is gone is none.
///
/// # Errors
/// When it is there and cannot be read.
pub(crate) async fn open(app: &App, sidecar: Location) -> io::Result<Option<File>> {
    match app.open_location(sidecar).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

/// The bytes that a sidecar in the library may have: edits make those that were taken longer.
#[must_use]
pub(crate) fn max_bytes(settings: &Settings) -> u64 {
    settings.max_sidecar_bytes.saturating_mul(2)
}

/// Puts a file into the place of an asset's sidecar, if the asset still has its original, and beside it what was
/// there `before`. Answers whether it did.
///
/// The file gets its name within the transaction, as the one thing that is done there beside the database: the lock
/// on the asset keeps everyone else from the name. Doing it twice is doing it once.
///
/// # Errors
/// When the database or the disk fails.
pub(crate) fn put(
    connection: &mut Connection<'_>,
    asset: Uuid,
    original: &str,
    before: &Before,
    successor: &Replacement,
) -> Result<bool> {
    connection.lock("asset", asset)?;
    let path = queries::find_original_path(connection, asset)?;
    if path.as_deref() != Some(original) || !successor.replace(before)? {
        return Ok(false);
    }
    let bytes = bytes(successor)?;
    queries::set_sidecar(connection, asset, successor.key().as_str(), bytes)?;
    Ok(true)
}

/// The bytes of what is to become a sidecar, as the database counts them.
///
/// # Errors
/// When it cannot be looked at.
pub(crate) fn bytes(successor: &Replacement) -> io::Result<i64> {
    Ok(i64::try_from(successor.size()?).unwrap_or(i64::MAX))
}

/// Makes the name of a sidecar that was put into its place survive a power cut.
///
/// # Errors
/// When the disk fails.
pub(crate) async fn settle(app: &App, successor: Arc<Replacement>) -> io::Result<()> {
    let storage = app.storage.clone();
    let settling = tokio::task::spawn_blocking(move || successor.settle(&storage));
    settling.await.map_err(io::Error::other)?
}
