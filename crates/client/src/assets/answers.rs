//! What is answered. `None` is what a server does not know, or does not say to this caller.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{AssetVisibility, wire};

/// What is known of the asked-for files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AssetBulkUploadCheckResponseDto {
    /// In the order of the question.
    pub results: Vec<AssetBulkUploadCheckResult>,
}

/// Whether a file need be uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetBulkUploadCheckResult {
    /// As it was asked for.
    pub id: String,
    pub action: UploadAction,
    pub reason: Option<RejectReason>,
    /// The asset that has these bytes.
    pub asset_id: Option<Uuid>,
    /// Whether that one is in the trash.
    pub is_trashed: Option<bool>,
}

/// What to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UploadAction {
    /// Upload it.
    Accept,
    /// Keep it.
    Reject,
}

/// Why a file need not, or cannot, be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RejectReason {
    /// The server has it.
    Duplicate,
    /// The server does not take such files.
    UnsupportedFormat,
    #[serde(other)]
    Other,
}

/// Those of a device's files that are there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckExistingAssetsResponseDto {
    /// What the device calls them.
    pub existing_ids: Vec<String>,
}

/// The answer to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct AssetMediaResponseDto {
    pub id: Uuid,
    pub status: AssetMediaStatus,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AssetMediaStatus {
    /// It is a new asset.
    Created,
    /// It took another one's place, which lives on as the asset in the answer.
    Replaced,
    /// The server had it already, as the asset in the answer.
    Duplicate,
}

/// How many assets there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct AssetStatsResponseDto {
    pub images: u64,
    pub videos: u64,
    pub total: u64,
}

/// A value that is kept with an asset.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetMetadataResponseDto {
    pub key: String,
    pub updated_at: Timestamp,
    pub value: Map<String, Value>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssetTypeEnum {
    Image,
    Video,
    Audio,
    #[serde(other)]
    Other,
}

/// A photo or video.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetResponseDto {
    pub id: Uuid,
    #[serde(rename = "type")]
    pub kind: AssetTypeEnum,
    /// SHA-1 in base64.
    pub checksum: String,
    pub owner_id: Uuid,
    pub owner: Option<UserResponseDto>,
    pub original_file_name: String,
    pub original_mime_type: Option<String>,
    pub original_path: String,
    /// What the device that sent it calls it; empty where servers no longer say so.
    #[serde(default)]
    pub device_asset_id: String,
    #[serde(default)]
    pub device_id: String,
    /// When it came to the server.
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub file_created_at: Timestamp,
    pub file_modified_at: Timestamp,
    /// The clock on the wall where it was taken, as if that were UTC.
    pub local_date_time: Timestamp,
    /// How long it plays.
    #[serde(default, deserialize_with = "wire::duration")]
    pub duration: Option<Duration>,
    pub exif_info: Option<ExifResponseDto>,
    /// Whether the server has read what the file says of itself.
    pub has_metadata: bool,
    pub is_archived: bool,
    pub is_favorite: bool,
    pub is_offline: bool,
    pub is_trashed: bool,
    pub visibility: AssetVisibility,
    /// The video that it moves by.
    pub live_photo_video_id: Option<Uuid>,
    pub library_id: Option<Uuid>,
    pub duplicate_id: Option<String>,
    pub stack: Option<AssetStackResponseDto>,
    #[serde(default)]
    pub people: Vec<PersonWithFacesResponseDto>,
    #[serde(default)]
    pub unassigned_faces: Vec<AssetFaceWithoutPersonResponseDto>,
    #[serde(default)]
    pub tags: Vec<TagResponseDto>,
    /// A tiny picture of it: a thumbhash in base64.
    pub thumbhash: Option<String>,
    pub resized: Option<bool>,
}

/// What a file says of itself, and what its owner said better.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExifResponseDto {
    pub city: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    #[serde(deserialize_with = "wire::moment")]
    pub date_time_original: Option<Timestamp>,
    #[serde(deserialize_with = "wire::moment")]
    pub modify_date: Option<Timestamp>,
    /// The zone in which it was taken, as in `Europe/Rome` or `UTC+2`.
    pub time_zone: Option<String>,
    pub description: Option<String>,
    /// Pixels, as the file has them.
    #[serde(deserialize_with = "wire::whole")]
    pub exif_image_width: Option<i64>,
    /// Pixels, as the file has them.
    #[serde(deserialize_with = "wire::whole")]
    pub exif_image_height: Option<i64>,
    /// Bytes.
    #[serde(deserialize_with = "wire::whole")]
    pub file_size_in_byte: Option<i64>,
    /// Seconds, as in `1/125`.
    pub exposure_time: Option<String>,
    pub f_number: Option<f64>,
    /// Millimetres.
    pub focal_length: Option<f64>,
    #[serde(deserialize_with = "wire::whole")]
    pub iso: Option<i64>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    pub lens_model: Option<String>,
    pub make: Option<String>,
    pub model: Option<String>,
    /// The number that EXIF has for it.
    pub orientation: Option<String>,
    pub projection_type: Option<String>,
    /// Stars, 0 to 5; -1 for what is rejected.
    #[serde(deserialize_with = "wire::whole")]
    pub rating: Option<i64>,
}

/// Someone with an account, as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserResponseDto {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub avatar_color: String,
    pub profile_changed_at: Timestamp,
    /// Empty for someone without a picture.
    pub profile_image_path: String,
}

/// Assets that are shown as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetStackResponseDto {
    pub id: Uuid,
    pub primary_asset_id: Uuid,
    pub asset_count: u64,
}

/// Someone in a picture.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonWithFacesResponseDto {
    pub id: Uuid,
    /// Empty for someone who has none yet.
    pub name: String,
    pub birth_date: Option<Date>,
    pub is_hidden: bool,
    pub is_favorite: Option<bool>,
    pub color: Option<String>,
    #[serde(default)]
    pub faces: Vec<AssetFaceWithoutPersonResponseDto>,
    pub thumbnail_path: String,
    pub updated_at: Option<Timestamp>,
}

/// A face in a picture: a box, and the dimensions of the picture that it was measured in, all in pixels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetFaceWithoutPersonResponseDto {
    pub id: Uuid,
    pub bounding_box_x1: i64,
    pub bounding_box_x2: i64,
    pub bounding_box_y1: i64,
    pub bounding_box_y2: i64,
    pub image_height: i64,
    pub image_width: i64,
    /// How it was found: `machine-learning`, `exif` or `manual`.
    pub source_type: Option<String>,
}

/// A tag, in a tree of tags.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TagResponseDto {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub name: String,
    /// The names from the root of the tree on, as in `Places/Rome`.
    pub value: String,
    /// As in `#ff8800`.
    pub color: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
