//! Deleting files that no record names any more: scheduled in the transaction that drops the name, done after it.

use std::io;

use super::state::App;
use kallitype_db::{Connection, DatabaseError, Mark, Result};
use kallitype_storage::{Storage, StorageKey};

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

/// Deletes the files that nothing names any more. What cannot be deleted now is left to the next time.
pub(crate) async fn delete_scheduled_files(app: &App) {
    loop {
        match remove_batch(app).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "some files could not be deleted; it will be tried again");
                return;
            }
        }
    }
}

/// Answers how many files are gone. One that cannot be deleted keeps no other.
async fn remove_batch(app: &App) -> Result<usize, FileDeletionError> {
    let paths = app
        .db
        .scan(|connection| list_scheduled(connection, BATCH))
        .await?;
    let storage = app.storage.clone();
    let removing = tokio::task::spawn_blocking(move || {
        let is_gone = |path: &String| is_removed(&storage, path);
        paths.into_iter().filter(is_gone).collect::<Vec<_>>()
    });
    let gone = removing.await.map_err(io::Error::other)?;
    let count = gone.len();
    if count > 0 {
        app.db
            .write(move |connection| forget_scheduled(connection, gone.clone()))
            .await?;
    }
    Ok(count)
}

/// Removes a file; what names no file in the library is as good as removed.
fn is_removed(storage: &Storage, path: &str) -> bool {
    let removed = StorageKey::parse(path).map_or(Ok(()), |key| storage.remove(&key));
    if let Err(error) = &removed {
        tracing::warn!(path, %error, "a file could not be deleted; it will be tried again");
    }
    removed.is_ok()
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
