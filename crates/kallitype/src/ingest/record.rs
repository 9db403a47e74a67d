//! Making a received file part of the library: durable first, then recorded, then acknowledged.

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::multipart::quota_exceeded;
use super::received::ReceivedFile;
use crate::access::Link;
use crate::assets::dto::{AssetMetadataUpsertItemDto, AssetType, Visibility};
use crate::assets::live_photo::{self, Still};
use crate::assets::{motion_part, queries};
use crate::db::{Connection, DatabaseError, update_id};
use crate::http::error::{ApiError, Result};
use crate::http::state::App;
use crate::http::time::now;
use crate::jobs::{self, JobKind};
use crate::library;
use crate::shared_links;
use crate::storage::{Key, Placed, Submitted};
use crate::users;

/// An asset about to be recorded.
#[derive(Debug, Clone)]
pub struct NewAsset {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub device_asset_id: String,
    pub device_id: String,
    pub kind: AssetType,
    pub original_path: String,
    pub sidecar_path: Option<String>,
    pub original_file_name: String,
    pub file_size: i64,
    pub checksum: Vec<u8>,
    pub file_created_at: i64,
    pub file_modified_at: i64,
    pub duration: Option<i64>,
    pub visibility: Visibility,
    pub is_favorite: bool,
    pub live_photo_video_id: Option<Uuid>,
    pub metadata: Vec<AssetMetadataUpsertItemDto>,
    pub created_at: i64,
    pub update_id: Uuid,
}

/// How an asset comes into the library.
#[derive(Debug, Clone)]
pub enum Occasion {
    /// Someone sent it, perhaps through a link that will show it.
    Upload(Option<Link>),
    /// It was found in a picture, which will move by it.
    MotionPart(Still),
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Created(Uuid),
    /// The owner has the same bytes already, as this asset.
    Duplicate(Uuid),
}

/// Places the files, records the asset with its first jobs, and journals it. When it answers, all is durable.
///
/// # Errors
/// 400 over the quota or for an unfit motion part, 507 when the disk is full. Nothing is left then.
pub async fn record(
    app: &App,
    mut asset: NewAsset,
    original: ReceivedFile,
    extension: &'static str,
    sidecar: Option<ReceivedFile>,
    occasion: Occasion,
) -> Result<Recorded> {
    let key = Key::original(asset.owner_id, extension);
    asset.original_path = key.to_string();
    asset.sidecar_path = sidecar.as_ref().map(|_| key.sidecar().to_string());

    // A line of an upload that then fails is harmless: a rebuild looks for its file. So journal and file wait for
    // the disk together, and only the record waits for both.
    let entry = library::new_asset_entry(&asset);
    let placing = place(
        app,
        asset.id,
        asset.file_modified_at,
        key,
        original,
        sidecar,
    );
    let (placed, ()) = tokio::join!(placing, library::journal(app, entry));
    let placed = placed?;
    let row = asset.clone();
    let files = placed.submit();
    let written = app
        .db
        .write(move |connection| insert(connection, &row, &occasion))
        .await;
    match written {
        Ok(changed) => {
            files.settle();
            library::journal_assets(app, changed).await;
            app.bell.ring();
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
pub struct PlacedUpload {
    pub original: Placed,
    pub sidecar: Option<Placed>,
}

impl PlacedUpload {
    /// Before the record is sent.
    pub fn submit(self) -> Submitted {
        Submitted::of([self.original].into_iter().chain(self.sidecar))
    }
}

/// Makes the files durable under their final names.
///
/// # Errors
/// 507 when the disk is full.
pub async fn place(
    app: &App,
    asset: Uuid,
    modified_at: i64,
    key: Key,
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

/// Inserts the asset and all that comes with it; answers which other assets it changed.
fn insert(
    connection: &mut Connection<'_>,
    asset: &NewAsset,
    occasion: &Occasion,
) -> Result<Vec<Uuid>, Refused> {
    if let Occasion::Upload(_) = occasion {
        require_active(connection, asset.owner_id)?;
    }
    require_quota(connection, asset.owner_id, asset.file_size)?;
    let mut changed = match asset.live_photo_video_id {
        Some(video) => motion_part::hide(connection, asset.owner_id, video)?,
        None => Vec::new(),
    };
    queries::insert_asset(connection, asset)?;
    for item in &asset.metadata {
        queries::upsert_metadata(connection, asset.id, &item.key, &item.value, now())?;
    }
    match occasion {
        Occasion::Upload(None) => {}
        Occasion::Upload(Some(link)) => {
            shared_links::show(connection, link, asset.id)?;
            // Which albums it is in, the journal does not know yet.
            changed.push(asset.id);
        }
        Occasion::MotionPart(still) => {
            changed.extend(live_photo::attach(connection, still, asset.id)?);
        }
    }
    jobs::enqueue(connection, JobKind::ExtractMetadata, asset.id)?;
    jobs::enqueue(connection, JobKind::GenerateThumbnails, asset.id)?;
    Ok(changed)
}

/// Refuses what comes for an account that went out of use while it was on its way.
///
/// # Errors
/// 401 as for any credential of such an account.
pub fn require_active(connection: &mut Connection<'_>, owner: Uuid) -> Result<()> {
    connection.lock("account", owner)?;
    if users::is_active(connection, owner)? {
        Ok(())
    } else {
        Err(ApiError::unauthorized("Authentication required"))
    }
}

/// Refuses bytes that do not fit into the owner's quota.
///
/// # Errors
/// 400 when they do not.
pub fn require_quota(connection: &mut Connection<'_>, owner: Uuid, bytes: i64) -> Result<()> {
    // Two uploads at once must not both fit into what is left for one.
    connection.lock("account", owner)?;
    match queries::quota_room(connection, owner)? {
        Some(room) if room < bytes => Err(quota_exceeded()),
        _ => Ok(()),
    }
}

/// The values to keep with an asset, by key.
///
/// # Errors
/// 400 naming a key that comes twice.
pub fn require_distinct_keys(items: &[AssetMetadataUpsertItemDto]) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    match items.iter().find(|item| !seen.insert(&item.key)) {
        Some(twice) => Err(ApiError::bad_request(format!(
            "Duplicate items are not allowed: {}",
            twice.key
        ))),
        None => Ok(()),
    }
}

impl NewAsset {
    /// The stamps that every new row gets.
    #[must_use]
    pub fn stamps() -> (Uuid, i64, Uuid) {
        (update_id(), now(), update_id())
    }

    /// The values kept with the asset, as one JSON object.
    #[must_use]
    pub fn metadata_object(&self) -> Map<String, Json> {
        self.metadata
            .iter()
            .map(|item| (item.key.clone(), Json::Object(item.value.clone())))
            .collect()
    }
}
