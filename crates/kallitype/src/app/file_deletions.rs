//! Deleting files that no record names any more: scheduled in the transaction that drops the name, done after it.

use std::io;

use super::state::App;
use kallitype_db::{Connection, DatabaseError, Mark, Result};
use kallitype_storage::StorageKey;

/// How many files are removed at a time.
const BATCH: i64 = 500;

/// Why files that are due for deletion were not all removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileDeletionError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What a transaction that schedules deletions is marked with.
pub(crate) const FILES_SCHEDULED: Mark = "files to delete";

/// Schedules the deletion of a file that nothing names any more: after the commit, or at the next start.
pub(crate) fn schedule_file_deletion(
    connection: &mut Connection<'_>,
    path: &str,
    now: i64,
) -> Result<()> {
    let sql =
        "INSERT INTO file_deletion (path, scheduled_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    connection.execute(sql, &[path.into(), now.into()])?;
    connection.mark(FILES_SCHEDULED);
    Ok(())
}

/// Removes the files of deleted assets. What cannot be removed now is left to the next time.
pub(crate) async fn delete_scheduled_files(app: &App) {
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

async fn remove_batch(app: &App) -> Result<bool, FileDeletionError> {
    let paths = app
        .db
        .scan(|connection| list_scheduled(connection, BATCH))
        .await?;
    if paths.is_empty() {
        return Ok(false);
    }
    let (storage, due) = (app.storage.clone(), paths.clone());
    let removing = tokio::task::spawn_blocking(move || {
        due.iter()
            .filter_map(|path| StorageKey::parse(path))
            .try_for_each(|key| storage.remove(&key))
    });
    removing.await.map_err(io::Error::other)??;
    app.db
        .write(move |connection| forget_scheduled(connection, paths.clone()))
        .await?;
    Ok(true)
}

pub(crate) fn list_scheduled(connection: &mut Connection<'_>, limit: i64) -> Result<Vec<String>> {
    connection.query("SELECT path FROM file_deletion LIMIT $1", &[limit.into()])
}

pub(crate) fn forget_scheduled(connection: &mut Connection<'_>, paths: Vec<String>) -> Result<()> {
    connection.execute(
        "DELETE FROM file_deletion WHERE path IN LIST($1)",
        &[paths.into()],
    )?;
    Ok(())
}
