use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::core::assets::model::{AssetMetadataUpsertItemDto, AssetType, Visibility};
use kallitype_storage::Entry;

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
    put("edited", json!(""));
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
}

impl NewAsset {
    /// The values kept with the asset, as one JSON object.
    #[must_use]
    pub(crate) fn metadata_object(&self) -> Map<String, Json> {
        self.metadata
            .iter()
            .map(|item| (item.key.clone(), Json::Object(item.value.clone())))
            .collect()
    }
}
