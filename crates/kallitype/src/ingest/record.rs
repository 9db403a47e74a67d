//! Making a received file part of the library: durable first, then recorded, then acknowledged.

use uuid::Uuid;

use crate::access::Link;
use crate::app::commit::JOURNALED_AHEAD;
use crate::app::state::App;
use crate::core::assets::live_photo::Still;
use crate::core::assets::model::AssetMetadataUpsertItemDto;
use crate::core::assets::new_asset::NewAsset;
use crate::core::assets::quota::{require_active, require_quota};
use crate::core::assets::{live_photo, motion_part, new_asset, queries};
use crate::core::links;
use crate::ingest::received::ReceivedFile;
use crate::queue as jobs;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, DatabaseError};
use kallitype_storage::{Placed, StorageKey, Submitted};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

/// How an asset comes into the library.
#[derive(Debug, Clone)]
pub(crate) enum AssetSource {
    /// Someone sent it, perhaps through a link that will show it.
    Upload(Option<Link>),
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
    occasion: AssetSource,
) -> Result<Recorded> {
    let key = StorageKey::original(asset.owner_id, extension);
    asset.original_path = key.to_string();
    asset.sidecar_path = sidecar.as_ref().map(|_| key.sidecar().to_string());

    // A line of an upload that then fails is harmless: a rebuild looks for its file. So journal and file wait for
    // the disk together, and only the record waits for both.
    let entry = new_asset::new_asset_entry(&asset);
    let placing = place(
        app,
        asset.id,
        asset.file_modified_at,
        key,
        original,
        sidecar,
    );
    let (placed, ahead) = tokio::join!(placing, app.journal.append_ahead(entry));
    let placed = placed?;
    let is_ahead = ahead
        .inspect_err(|error| tracing::warn!(%error, "an upload is journaled after its commit"))
        .is_ok();
    let row = asset.clone();
    let files = placed.submit();
    let written = app
        .commit(move |connection| {
            let changed_others = insert(connection, &row, &occasion)?;
            if is_ahead && !changed_others {
                connection.mark(JOURNALED_AHEAD);
            }
            Ok(())
        })
        .await;
    match written {
        Ok(()) => {
            files.settle();
            Ok(Recorded::Created(asset.id))
        }
        Err(Refused::Duplicate) => {
            files.withdraw();
            duplicate(app, asset.owner_id, asset.checksum).await
        }
        Err(Refused::Api(error)) => {
            files.withdraw_if(error.is_refusal());
            Err(error)
        }
    }
}

/// The asset that was there first.
async fn duplicate(app: &App, owner: Uuid, checksum: Vec<u8>) -> Result<Recorded> {
    let found = app
        .db
        .read(move |connection| queries::find_by_checksum(connection, owner, &checksum))
        .await?;
    let id =
        found.ok_or_else(|| ApiError::internal("a duplicate of an asset that is not there"))?;
    Ok(Recorded::Duplicate(id))
}

/// An original and what came with it, of which nothing is recorded yet.
pub(crate) struct PlacedUpload {
    pub original: Placed,
    pub sidecar: Option<Placed>,
}

impl PlacedUpload {
    /// Before the record is sent.
    pub(crate) fn submit(self) -> Submitted {
        Submitted::of([self.original].into_iter().chain(self.sidecar))
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
    let placing = tokio::task::spawn_blocking(move || {
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

/// Why an asset was not inserted.
enum Refused {
    Duplicate,
    Api(ApiError),
}

impl From<DatabaseError> for Refused {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Duplicate => Self::Duplicate,
            other => Self::Api(other.into()),
        }
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

/// Inserts the asset and all that comes with it; answers whether anything changed that its own entry in the journal
/// does not say: another asset, or which albums it is in.
fn insert(
    connection: &mut Connection<'_>,
    asset: &NewAsset,
    occasion: &AssetSource,
) -> Result<bool, Refused> {
    if let AssetSource::Upload(_) = occasion {
        require_active(connection, asset.owner_id)?;
    }
    require_quota(connection, asset.owner_id, asset.file_size)?;
    let mut changed_others = asset.live_photo_video_id.is_some();
    if let Some(video) = asset.live_photo_video_id {
        motion_part::hide(connection, asset.owner_id, video)?;
    }
    queries::insert_asset(connection, asset)?;
    for item in &asset.metadata {
        queries::upsert_metadata(connection, asset.id, &item.key, &item.value, now())?;
    }
    match occasion {
        AssetSource::Upload(None) => {}
        AssetSource::Upload(Some(link)) => {
            links::show(connection, link, asset.id)?;
            changed_others = true;
        }
        AssetSource::MotionPart(still) => {
            live_photo::attach(connection, still, asset.id)?;
            changed_others = true;
        }
    }
    jobs::enqueue(connection, JobKind::ExtractMetadata, asset.id)?;
    jobs::enqueue(connection, JobKind::GenerateThumbnails, asset.id)?;
    Ok(changed_others)
}

/// The values to keep with an asset, by key.
///
/// # Errors
/// 400 naming a key that comes twice.
pub(crate) fn require_distinct_keys(items: &[AssetMetadataUpsertItemDto]) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    match items.iter().find(|item| !seen.insert(&item.key)) {
        Some(twice) => Err(ApiError::bad_request(format!(
            "Duplicate items are not allowed: {}",
            twice.key
        ))),
        None => Ok(()),
    }
}
