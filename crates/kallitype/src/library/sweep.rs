//! Removing files that nothing refers to: what interrupted uploads left, and what deletions left to do.

use std::io;

use super::queries;
use crate::db::{Database, DatabaseError};
use crate::http::state::App;
use crate::storage::{Key, Storage, abandoned};

/// How many files are removed at a time.
const BATCH: i64 = 500;

/// Removes what processes that are no more have left: files without a record, and notes about them.
///
/// # Errors
/// When folders or the database cannot be read, or a file cannot be removed.
pub async fn sweep(db: &Database, storage: &Storage) -> Result<usize, SweepError> {
    let strays = abandoned(storage)?;
    if !strays.is_empty() {
        db.write(|connection| {
            connection.wait_for_writers("asset")?;
            connection.wait_for_writers("account")
        })
        .await?;
    }
    for stray in &strays {
        let asset = stray.asset;
        let paths = db
            .scan(move |connection| queries::list_paths(connection, asset))
            .await?;
        let is_recorded = paths.iter().any(|path| path == stray.key.as_str());
        stray.remove(storage, is_recorded)?;
    }
    // A second look finds the folders empty and removes them.
    abandoned(storage)?;
    Ok(strays.len())
}

/// Why the sweep did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Removes the files of deleted assets. What cannot be removed now is left to the next time.
pub async fn remove_doomed_files(app: &App) {
    loop {
        match remove_batch(app).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "some files of deleted assets could not be removed; it will be tried again");
                return;
            }
        }
    }
}

async fn remove_batch(app: &App) -> Result<bool, SweepError> {
    let paths = app
        .db
        .scan(|connection| queries::list_doomed(connection, BATCH))
        .await?;
    if paths.is_empty() {
        return Ok(false);
    }
    let (storage, doomed) = (app.storage.clone(), paths.clone());
    let removing = tokio::task::spawn_blocking(move || {
        doomed
            .iter()
            .filter_map(|path| Key::parse(path))
            .try_for_each(|key| storage.remove(&key))
    });
    removing.await.map_err(io::Error::other)??;
    app.db
        .write(move |connection| queries::forget_doomed(connection, paths.clone()))
        .await?;
    Ok(true)
}
