//! An asset as apps keep it that have a database of their own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use uuid::Uuid;

use crate::core::asset_details::AssetDetails;
use crate::core::assets::model::{AssetType, Duration, ExifResponseDto, Visibility};
use kallitype_web::time::Time;
use kallitype_web::version::Wire;

/// An asset without what its file says of itself.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncAssetV1 {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub original_file_name: String,
    /// SHA-1 in base64.
    pub checksum: String,
    pub thumbhash: Option<String>,
    pub file_created_at: Time,
    pub file_modified_at: Time,
    pub local_date_time: Time,
    pub duration: Option<Duration>,
    #[serde(rename = "type")]
    pub kind: AssetType,
    pub visibility: Visibility,
    pub is_favorite: bool,
    pub deleted_at: Option<Time>,
    pub live_photo_video_id: Option<Uuid>,
    pub stack_id: Option<Uuid>,
    pub library_id: Option<Uuid>,
}

/// What an asset's file says of itself, and what the user said better.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncAssetExifV1 {
    pub asset_id: Uuid,
    #[serde(flatten)]
    pub exif: ExifResponseDto,
    /// Frames a second.
    pub fps: Option<f64>,
    pub profile_description: Option<String>,
}

impl SyncAssetV1 {
    #[must_use]
    pub(crate) fn of(details: &AssetDetails) -> Self {
        let asset = &details.asset;
        let wire = Wire::V2;
        Self {
            id: asset.id,
            owner_id: asset.owner_id,
            original_file_name: asset.original_file_name.clone(),
            checksum: STANDARD.encode(&asset.checksum),
            thumbhash: asset.thumbhash.as_ref().map(|hash| STANDARD.encode(hash)),
            file_created_at: Time(asset.file_created_at),
            file_modified_at: Time(asset.file_modified_at),
            local_date_time: Time(asset.local_date_time),
            duration: asset.duration.map(|length| Duration {
                length: Some(length),
                wire,
            }),
            kind: asset.kind,
            visibility: asset.visibility,
            is_favorite: asset.is_favorite,
            deleted_at: asset.deleted_at.map(Time),
            live_photo_video_id: asset.live_photo_video_id,
            stack_id: None,
            library_id: asset.library_id,
        }
    }
}

impl SyncAssetExifV1 {
    #[must_use]
    pub(crate) fn of(details: &AssetDetails) -> Self {
        Self {
            asset_id: details.asset.id,
            exif: details.exif.clone(),
            fps: None,
            profile_description: None,
        }
    }
}
