//! Removing files without a record, which interrupted uploads left. Deletions that are still to be done are the start's
//! (`tidy_up` in `commands/serve.rs`).

use std::io;

use crate::integrity::queries;
use kallitype_db::{Database, DatabaseError};
use kallitype_storage::{Storage, abandoned};

/// Removes what processes that are no more have left: files without a record, and notes about them.
///
/// # Errors
/// When folders or the database cannot be read, or a file cannot be removed.
pub(crate) async fn sweep(db: &Database, storage: &Storage) -> Result<usize, SweepError> {
    let strays = abandoned(storage)?;
    if !strays.is_empty() {
        db.write(|connection| {
            connection.wait_for_writers("asset")?;
            connection.wait_for_writers("account")?;
            connection.wait_for_writers("person")
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
pub(crate) enum SweepError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
