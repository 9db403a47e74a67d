//! Deleting files that no record names any more: scheduled in the transaction that drops the name, done after it.

use std::io;

use super::state::App;
use kallitype_db::{Connection, DatabaseError, Mark, Result};
use kallitype_storage::{Storage, StorageKey};

/// How many files are removed at a time.
const BATCH: i64 = 500;

/// How many of them within one transaction, which keeps other writers waiting.
const TEMPLATED_BATCH: usize = 20;

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

/// Schedules the deletion of a name whose file has another one: as soon as the journal knows that too.
pub(crate) fn schedule_moved_file_deletion(
    connection: &mut Connection<'_>,
    path: &str,
    now: i64,
) -> Result<()> {
    let sql = "INSERT INTO file_deletion (path, scheduled_at, is_moved) VALUES ($1, $2, TRUE) \
        ON CONFLICT DO NOTHING";
    connection.execute(sql, &[path.into(), now.into()])?;
    connection.mark(FILES_SCHEDULED);
    Ok(())
}

/// Whether a name is still to be deleted, so that no other file may have it.
pub(crate) fn is_scheduled(connection: &mut Connection<'_>, path: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM file_deletion WHERE path = $1)";
    connection.query_one(sql, &[path.into()])
}

/// Deletes the files that nothing names any more. What cannot be deleted now is left to the next time.
pub(crate) async fn delete_scheduled_files(app: &App) {
    for is_moved in [false, true] {
        loop {
            match remove_batch(app, is_moved).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "some files could not be deleted; it will be tried again");
                    return;
                }
            }
        }
    }
}

/// Answers how many files are gone. One that cannot be deleted keeps no other.
async fn remove_batch(app: &App, is_moved: bool) -> Result<usize, FileDeletionError> {
    let paths = app
        .db
        .scan(move |connection| list_scheduled(connection, is_moved, BATCH))
        .await?;
    // A lost database is made again from the journal, which must not lead to a name that is gone.
    if is_moved && !paths.is_empty() && !app.journal.caught_up().await {
        return Ok(0);
    }
    let is_templated =
        |path: &String| StorageKey::parse(path).is_some_and(|key| key.is_templated());
    let (templated, plain): (Vec<_>, Vec<_>) = paths.into_iter().partition(is_templated);
    Ok(remove_plain(app, plain).await? + remove_templated(app, templated).await?)
}

/// Removes files whose names no other file ever gets.
async fn remove_plain(app: &App, paths: Vec<String>) -> Result<usize, FileDeletionError> {
    if paths.is_empty() {
        return Ok(0);
    }
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

/// Removes files whose names others may get. Each goes within the transaction that forgets it, the one thing that is
/// done there beside the database: whoever reads that the name is not to be deleted knows that no one is about to.
async fn remove_templated(app: &App, mut paths: Vec<String>) -> Result<usize, FileDeletionError> {
    // In one order, so that two servers do not wait for each other.
    paths.sort();
    let mut gone = 0;
    for paths in paths.chunks(TEMPLATED_BATCH) {
        let (paths, storage) = (paths.to_vec(), app.storage.clone());
        let remove = move |connection: &mut Connection<'_>| {
            let mut gone = 0;
            for path in &paths {
                gone += usize::from(remove_once(connection, &storage, path)?);
            }
            Ok::<_, DatabaseError>(gone)
        };
        gone += app.db.write(remove).await?;
    }
    Ok(gone)
}

/// Removes a file, unless someone else has; answers whether it is gone and forgotten.
fn remove_once(connection: &mut Connection<'_>, storage: &Storage, path: &str) -> Result<bool> {
    let sql = "DELETE FROM file_deletion WHERE path = $1 RETURNING scheduled_at, is_moved";
    let found = connection.query_optional::<(i64, bool)>(sql, &[path.into()])?;
    let Some((scheduled_at, is_moved)) = found else {
        return Ok(true);
    };
    if is_removed(storage, path) {
        return Ok(true);
    }
    match is_moved {
        true => schedule_moved_file_deletion(connection, path, scheduled_at)?,
        false => schedule_file_deletion(connection, path, scheduled_at)?,
    }
    Ok(false)
}

/// Removes a file; what names no file in the library is as good as removed.
fn is_removed(storage: &Storage, path: &str) -> bool {
    let removed = StorageKey::parse(path).map_or(Ok(()), |key| storage.remove(&key));
    if let Err(error) = &removed {
        tracing::warn!(path, %error, "a file could not be deleted; it will be tried again");
    }
    removed.is_ok()
}

pub(crate) fn list_scheduled(
    connection: &mut Connection<'_>,
    is_moved: bool,
    limit: i64,
) -> Result<Vec<String>> {
    let sql = "SELECT path FROM file_deletion WHERE is_moved = $1 LIMIT $2";
    connection.query(sql, &[is_moved.into(), limit.into()])
}

pub(crate) fn forget_scheduled(connection: &mut Connection<'_>, paths: Vec<String>) -> Result<()> {
    connection.execute(
        "DELETE FROM file_deletion WHERE path IN LIST($1)",
        &[paths.into()],
    )?;
    Ok(())
}
