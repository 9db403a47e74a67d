use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::core::assets::model::{AssetMetadataUpsertItemDto, AssetType, Visibility};
use kallitype_storage::Entry;
use kallitype_web::time::now;

/// The entry of an asset that is being recorded, in the shape that reading it back will have.
#[must_use]
pub(crate) fn new_asset_entry(asset: &NewAsset) -> Entry {
    let mut state = Map::new();
    let mut put = |name: &str, value: serde_json::Value| {
        if !value.is_null() {
            state.insert(name.to_owned(), value);
        }
    };
    put("ownerId", json!(asset.owner_id));
    put("deviceAssetId", json!(asset.device_asset_id));
    put("deviceId", json!(asset.device_id));
    put("type", json!(asset.kind));
    put("originalPath", json!(asset.original_path));
    put("sidecarPath", json!(asset.sidecar_path));
    put("originalFileName", json!(asset.original_file_name));
    put("fileSize", json!(asset.file_size));
    put("checksum", json!(hex::encode(&asset.checksum)));
    put("fileCreatedAt", json!(asset.file_created_at));
    put("fileModifiedAt", json!(asset.file_modified_at));
    put("localDateTime", json!(asset.file_created_at));
    put("duration", json!(asset.duration));
    put("visibility", json!(asset.visibility));
    put("isFavorite", json!(asset.is_favorite));
    put("livePhotoVideoId", json!(asset.live_photo_video_id));
    put("createdAt", json!(asset.created_at));
    put("edited", json!(asset.decided));
    let metadata = asset.metadata_object();
    if !metadata.is_empty() {
        put("metadata", json!(metadata));
    }
    Entry::Asset {
        // Whatever the database says later is newer.
        update_id: Uuid::nil(),
        id: asset.id,
        state,
    }
}

/// What a client says of a file that it sends.
#[derive(Debug, Clone)]
pub(crate) struct FileDescription {
    pub device_asset_id: String,
    pub device_id: String,
    pub created_at: i64,
    pub modified_at: i64,
    pub duration: Option<i64>,
}

/// A file that is to become an asset's original.
#[derive(Debug, Clone)]
pub(crate) struct NewOriginal {
    pub name: String,
    pub kind: AssetType,
    /// Bytes.
    pub size: u64,
    /// SHA-1.
    pub checksum: [u8; 20],
}

/// An asset about to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct NewAsset {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub device_asset_id: String,
    pub device_id: String,
    pub kind: AssetType,
    pub original_path: String,
    pub sidecar_path: Option<String>,
    /// Bytes.
    pub sidecar_bytes: Option<i64>,
    pub original_file_name: String,
    pub file_size: i64,
    pub checksum: Vec<u8>,
    pub file_created_at: i64,
    pub file_modified_at: i64,
    pub duration: Option<i64>,
    pub visibility: Visibility,
    pub is_favorite: bool,
    pub live_photo_video_id: Option<Uuid>,
    /// What its file does not decide, as `edited` says it.
    pub decided: &'static str,
    pub metadata: Vec<AssetMetadataUpsertItemDto>,
    pub created_at: i64,
}

impl NewAsset {
    /// An asset as it is when no one chose anything for it. Where its files are is said when they have their places.
    #[must_use]
    pub(crate) fn new(
        id: Uuid,
        owner_id: Uuid,
        original: NewOriginal,
        description: FileDescription,
    ) -> Self {
        Self {
            id,
            owner_id,
            device_asset_id: description.device_asset_id,
            device_id: description.device_id,
            kind: original.kind,
            original_path: String::new(),
            sidecar_path: None,
            sidecar_bytes: None,
            original_file_name: original.name,
            file_size: i64::try_from(original.size).unwrap_or(i64::MAX),
            checksum: original.checksum.to_vec(),
            file_created_at: description.created_at,
            file_modified_at: description.modified_at,
            duration: description.duration,
            visibility: Visibility::Timeline,
            is_favorite: false,
            live_photo_video_id: None,
            decided: "",
            metadata: Vec::new(),
            created_at: now(),
        }
    }

    /// The values kept with the asset, as one JSON object.
    #[must_use]
    pub(crate) fn metadata_object(&self) -> Map<String, Json> {
        self.metadata
            .iter()
            .map(|item| (item.key.clone(), Json::Object(item.value.clone())))
            .collect()
    }
}
