//! What services that know pictures are asked about: the preview of an asset.

use std::io::Read;

use uuid::Uuid;

use crate::app::state::App;
use crate::jobs::error::JobError;
use crate::learning::queries;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result};
use kallitype_storage::StorageKey;

/// The condition on assets that can be asked about.
pub(crate) const CAN_BE_SEEN: &str =
    "asset.preview_path IS NOT NULL AND asset.deleted_at IS NULL AND asset.visibility <> 'hidden'";

/// A preview, and its key.
pub(crate) struct Preview {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// The preview of an asset, if there is one and the asset is no part of another.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn read(app: &App, asset: Uuid) -> Result<Option<Preview>, JobError> {
    let found = app
        .db
        .read(move |connection| queries::find_preview(connection, asset))
        .await?;
    let Some(path) = found
        .filter(|found| !found.is_hidden)
        .and_then(|found| found.path)
    else {
        return Ok(None);
    };
    let key = StorageKey::parse(&path)
        .ok_or_else(|| JobError::Permanent("the path of the preview is no key".into()))?;
    let mut file = app.open_file(key).await?;
    let read = move || {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = app.file_readers.run(read).await?;
    Ok(Some(Preview { path, bytes }))
}

/// Whose an asset is, if it still has the preview that was asked about. It stays so until the transaction ends.
///
/// # Errors
/// When the database fails.
pub(crate) fn lock(
    connection: &mut Connection<'_>,
    asset: Uuid,
    path: &str,
) -> Result<Option<Uuid>> {
    connection.lock("asset", asset)?;
    let found = queries::find_preview(connection, asset)?;
    let same = found.filter(|found| found.path.as_deref() == Some(path));
    Ok(same.map(|found| found.owner_id))
}

/// Has services asked about an asset that has a preview now, as far as they were not.
///
/// # Errors
/// When the database fails.
pub(crate) fn request(connection: &mut Connection<'_>, asset: Uuid) -> Result<()> {
    let (is_unseen, is_undetected) = queries::find_due(connection, asset)?;
    for (is_due, kind) in [
        (is_unseen, JobKind::EncodeAsset),
        (is_undetected, JobKind::DetectFaces),
    ] {
        if is_due {
            queue::enqueue(connection, kind, asset)?;
        }
    }
    Ok(())
}
