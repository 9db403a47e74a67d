//! The XMP sidecar of an asset: a file beside the original, `<original>.xmp`, that other programs read and write too.
//! There is at most one, and the latest takes the place of the one before.

use std::fs::File;
use std::io;
use std::sync::Arc;

use uuid::Uuid;

use super::queries;
use crate::access::{Caller, Need, Permission, is_reachable};
use crate::config::Settings;
use crate::db::Connection;
use crate::http::error::{ApiError, Result};
use crate::http::state::App;
use crate::ingest::ReceivedFile;
use crate::jobs::{self, JobKind};
use crate::library;
use crate::storage::{Before, Key, Storage, Successor};

/// Opens a sidecar; one that is gone is none.
///
/// # Errors
/// When it is there and cannot be read.
pub fn open(storage: &Storage, key: &Key) -> io::Result<Option<File>> {
    match storage.open_file(key) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

/// The bytes that a sidecar in the library may have: edits make those that were taken longer.
#[must_use]
pub fn most_bytes(settings: &Settings) -> u64 {
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
pub fn put(
    connection: &mut Connection<'_>,
    asset: Uuid,
    original: &str,
    before: &Before,
    successor: &Successor,
) -> Result<bool> {
    connection.lock("asset", asset)?;
    let path = queries::find_original_path(connection, asset)?;
    if path.as_deref() != Some(original) || !successor.succeed(before)? {
        return Ok(false);
    }
    queries::set_sidecar(connection, asset, successor.key().as_str())?;
    Ok(true)
}

/// Takes a sidecar that came along with a file which was there already. What it says is then read, and what the user
/// changed is written into it. Who may not change the asset changes nothing.
///
/// # Errors
/// When the database or the disk fails.
pub async fn take(app: &App, caller: &Caller, asset: Uuid, sidecar: ReceivedFile) -> Result<()> {
    if sidecar.size == 0 || !caller.principal()?.allows(Permission::AssetUpdate) {
        return Ok(());
    }
    let reader = caller.clone();
    let original = app
        .db
        .read(move |connection| {
            Ok::<_, ApiError>(
                match is_reachable(connection, &reader, Need::Update, asset)? {
                    true => queries::find_original_path(connection, asset)?,
                    false => None,
                },
            )
        })
        .await?;
    let Some((original, key)) = original.and_then(|path| Some((path.clone(), Key::parse(&path)?)))
    else {
        return Ok(());
    };
    let storage = app.storage.clone();
    let readying =
        tokio::task::spawn_blocking(move || sidecar.draft.ready(&storage, asset, key.sidecar()));
    let successor = Arc::new(readying.await.map_err(ApiError::internal)??);
    let placed = successor.clone();
    app.db
        .write(move |connection| {
            if put(connection, asset, &original, &Before::Whatever, &placed)? {
                queries::set_unread(connection, asset)?;
                jobs::enqueue(connection, JobKind::ExtractMetadata, asset)?;
            }
            Ok::<_, ApiError>(())
        })
        .await?;
    settle(app, successor).await?;
    library::journal_assets(app, vec![asset]).await;
    app.bell.ring();
    Ok(())
}

/// Makes the name of a sidecar that was put into its place survive a power cut.
///
/// # Errors
/// When the disk fails.
pub async fn settle(app: &App, successor: Arc<Successor>) -> io::Result<()> {
    let storage = app.storage.clone();
    let settling = tokio::task::spawn_blocking(move || successor.settle(&storage));
    settling.await.map_err(io::Error::other)?
}
