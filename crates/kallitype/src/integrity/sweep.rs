//! Removing files without a record, which interrupted uploads left. Deletions that are still to be done are the start's
//! (`tidy_up` in `commands/serve.rs`).

use std::io;

use crate::integrity::queries;
use kallitype_db::{Database, DatabaseError};
use kallitype_storage::{Storage, StorageKey, Stray, abandoned};

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
        match stray.key.is_templated() {
            true => clear_templated(db, storage, (stray, &strays), &paths).await?,
            false => {
                let is_recorded = paths.iter().any(|path| path == stray.key.as_str());
                stray.remove(storage, is_recorded)?;
            }
        }
    }
    // A second look finds the folders empty and removes them.
    abandoned(storage)?;
    Ok(strays.len())
}

/// Removes a name that the storage template made, unless it is, or is about to be, another file's by now.
///
/// Whoever gives a file this name notes it first, and forgets the note after the record. So the file is looked at before
/// the notes, and the notes before the records.
async fn clear_templated(
    db: &Database,
    storage: &Storage,
    (stray, strays): (&Stray, &[Stray]),
    paths: &[String],
) -> Result<(), SweepError> {
    let recorded: Vec<StorageKey> = paths
        .iter()
        .filter_map(|path| StorageKey::parse(path))
        .collect();
    let is_spare = stray.is_spare(storage, &recorded)?;
    if stray.is_noted_elsewhere(storage, strays)? {
        // The note stays: a later start knows what became of the name.
        return Ok(());
    }
    let key = stray.key.to_string();
    let is_recorded = db
        .scan(move |connection| queries::is_recorded(connection, &key))
        .await?;
    Ok(stray.remove(storage, is_recorded || !is_spare)?)
}

/// Why the sweep did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SweepError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
