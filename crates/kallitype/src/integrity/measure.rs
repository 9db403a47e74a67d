//! Noting how large sidecars are that earlier versions took without measuring them: they count to the quota.

use std::fs;

use crate::core::assets::queries;
use kallitype_db::{Database, DatabaseError};
use kallitype_storage::{Storage, StorageKey};

/// How many are measured at a time.
const BATCH: i64 = 500;

/// Measures the sidecars that were not. Answers how many they were.
///
/// # Errors
/// When the database fails.
pub(crate) async fn measure_sidecars(
    db: &Database,
    storage: &Storage,
) -> Result<usize, DatabaseError> {
    let mut measured = 0;
    loop {
        let sidecars = db
            .scan(|connection| queries::list_unmeasured_sidecars(connection, BATCH))
            .await?;
        if sidecars.is_empty() {
            return Ok(measured);
        }
        measured += sidecars.len();
        let storage = storage.clone();
        let sizes = tokio::task::spawn_blocking(move || {
            let size =
                |path: &str| StorageKey::parse(path).map_or(0, |key| size_of(&storage, &key));
            let sizes = sidecars.into_iter().map(|(asset, path)| {
                let bytes = size(&path);
                (asset, path, bytes)
            });
            sizes.collect::<Vec<_>>()
        });
        let sizes = sizes
            .await
            .map_err(|stopped| DatabaseError::Other(stopped.to_string()))?;
        db.write(move |connection| {
            sizes.iter().try_for_each(|(asset, path, bytes)| {
                queries::set_measured_sidecar(connection, *asset, path, *bytes)
            })
        })
        .await?;
    }
}

/// Bytes of a file; one that is gone takes none.
fn size_of(storage: &Storage, key: &StorageKey) -> i64 {
    let metadata = fs::metadata(storage.path(key));
    metadata.map_or(0, |metadata| {
        i64::try_from(metadata.len()).unwrap_or(i64::MAX)
    })
}
