//! Making a received file part of the library: durable first, then recorded, then acknowledged.

use uuid::Uuid;

use crate::app::commit::JOURNALED_AHEAD;
use crate::app::state::App;
use crate::core::assets::live_photo::Still;
use crate::core::assets::new_asset::NewAsset;
use crate::core::assets::quota::OwnerAccount;
use crate::core::assets::{live_photo, motion_part, new_asset, queries};
use crate::ingest::context::UploadContext;
use crate::ingest::received::ReceivedFile;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::Connection;
use kallitype_storage::{Placed, StorageKey};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

/// How an asset comes into the library.
#[derive(Debug, Clone)]
pub(crate) enum AssetSource {
    /// Someone sent it.
    Upload(UploadContext),
    /// It was found in a picture, which will move by it.
    MotionPart(Still),
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recorded {
    Created(Uuid),
    /// The owner has the same bytes already, as this asset.
    Duplicate(Uuid),
}

/// Places the files, records the asset with its first jobs, and journals it. When it answers, all is durable.
///
/// # Errors
/// 400 over the quota or for an unfit motion part, 507 when the disk is full. Nothing is left then.
pub(crate) async fn record(
    app: &App,
    mut asset: NewAsset,
    original: ReceivedFile,
    extension: &'static str,
    sidecar: Option<ReceivedFile>,
    source: AssetSource,
) -> Result<Recorded> {
    let key = StorageKey::original(asset.owner_id, extension);
    asset.original_path = key.to_string();
    asset.sidecar_path = sidecar.as_ref().map(|_| key.sidecar().to_string());
    asset.sidecar_bytes = sidecar.as_ref().map(ReceivedFile::bytes);

    // A line of an upload that then fails is harmless: a rebuild looks for its file. So journal and file wait for
    // the disk together, and only the record waits for both. A line that names a moving part is not harmless: a
    // rebuild has the part show up again when its picture is gone.
    let entry = new_asset::new_asset_entry(&asset);
    let names_another = asset.live_photo_video_id.is_some();
    let ahead = async {
        if names_another {
            return Ok(false);
        }
        app.journal.append_ahead(entry).await.map(|()| true)
    };
    let placing = place(
        app,
        asset.id,
        asset.file_modified_at,
        key,
        original,
        sidecar,
    );
    let (placed, ahead) = tokio::join!(placing, ahead);
    let placed = placed?;
    let is_ahead = ahead
        .inspect_err(|error| tracing::warn!(%error, "an upload is journaled after its commit"))
        .unwrap_or(false);
    let insert = move |connection: &mut Connection<'_>| {
        let (recorded, changed_others) = insert(connection, &asset, &source)?;
        if is_ahead && !changed_others {
            connection.mark(JOURNALED_AHEAD);
        }
        Ok(recorded)
    };
    let is_new = |recorded: &Recorded| matches!(recorded, Recorded::Created(_));
    app.commit_files(placed, insert, is_new).await
}

/// An original and what came with it, of which nothing is recorded yet.
pub(crate) struct PlacedUpload {
    pub original: Placed,
    pub sidecar: Option<Placed>,
}

impl IntoIterator for PlacedUpload {
    type Item = Placed;
    type IntoIter = std::iter::Chain<std::iter::Once<Placed>, std::option::IntoIter<Placed>>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self.original).chain(self.sidecar)
    }
}

/// Makes the files durable under their final names.
///
/// # Errors
/// 507 when the disk is full.
pub(crate) async fn place(
    app: &App,
    asset: Uuid,
    modified_at: i64,
    key: StorageKey,
    original: ReceivedFile,
    sidecar: Option<ReceivedFile>,
) -> Result<PlacedUpload> {
    let storage = app.storage.clone();
    let placing = app.work_on_files(move || {
        original.draft.set_modified(modified_at)?;
        let sidecar_key = key.sidecar();
        let original = original.draft.place(&storage, asset, key)?;
        let sidecar = sidecar
            .map(|sidecar| sidecar.draft.place(&storage, asset, sidecar_key))
            .transpose()?;
        Ok::<_, std::io::Error>(PlacedUpload { original, sidecar })
    });
    Ok(placing.await.map_err(ApiError::internal)??)
}

/// Inserts the asset and all that comes with it, unless the owner has the same bytes already. Answers what became of
/// it, and whether anything changed that its own entry in the journal does not say: another asset, or which albums
/// one is in.
fn insert(
    connection: &mut Connection<'_>,
    asset: &NewAsset,
    source: &AssetSource,
) -> Result<(Recorded, bool)> {
    let owner = OwnerAccount::find(connection, asset.owner_id)?;
    if let AssetSource::Upload(context) = source {
        owner.require_active()?;
        context.require_standing(connection)?;
    }
    if !queries::insert_asset(connection, asset)? {
        return find_duplicate(connection, asset, source);
    }
    for item in &asset.metadata {
        queries::upsert_metadata(connection, asset.id, &item.key, &item.value, now())?;
    }
    owner.require_quota(connection)?;
    let changed_others = connect(connection, asset, source)?;
    queue::enqueue(connection, JobKind::ExtractMetadata, asset.id)?;
    queue::enqueue(connection, JobKind::GenerateThumbnails, asset.id)?;
    Ok((Recorded::Created(asset.id), changed_others))
}

/// The asset that was there first.
fn find_duplicate(
    connection: &mut Connection<'_>,
    asset: &NewAsset,
    source: &AssetSource,
) -> Result<(Recorded, bool)> {
    let found = queries::find_by_checksum(connection, asset.owner_id, &asset.checksum)?;
    let id = found.ok_or_else(|| ApiError::conflict("The same file was deleted meanwhile"))?;
    let changed_others = match source {
        AssetSource::Upload(context) => context.show_known(connection, id)?,
        AssetSource::MotionPart(_) => false,
    };
    Ok((Recorded::Duplicate(id), changed_others))
}

/// Brings a new asset together with others: a picture with its video, and with what shows it. Answers whether
/// anything but the asset itself changed.
fn connect(
    connection: &mut Connection<'_>,
    asset: &NewAsset,
    source: &AssetSource,
) -> Result<bool> {
    if let Some(video) = asset.live_photo_video_id {
        motion_part::require_picture(asset.kind)?;
        motion_part::require_same_library(connection, None, video)?;
        motion_part::hide(connection, asset.owner_id, video)?;
    }
    let is_shown = match source {
        AssetSource::Upload(context) => context.show(connection, asset.id)?,
        AssetSource::MotionPart(still) => {
            live_photo::attach(connection, still, asset.id)?;
            true
        }
    };
    Ok(is_shown || asset.live_photo_video_id.is_some())
}
