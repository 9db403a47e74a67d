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

#[cfg(test)]
mod tests {
    use super::*;

    /// As Immich 2 answers it, to the owner of a picture with everything in it.
    const OF_VERSION_2: &str = r##"{
        "id": "0192f3c4-0000-7000-8000-000000000001",
        "deviceAssetId": "IMG_1.jpg-1234",
        "ownerId": "0192f3c4-0000-7000-8000-000000000002",
        "owner": {
            "id": "0192f3c4-0000-7000-8000-000000000002", "name": "Me", "email": "me@example.org",
            "avatarColor": "primary", "profileImagePath": "", "profileChangedAt": "2024-01-01T00:00:00.000Z"
        },
        "deviceId": "CLI", "libraryId": null, "type": "IMAGE", "originalPath": "/data/IMG_1.jpg",
        "originalFileName": "IMG_1.jpg", "originalMimeType": "image/jpeg", "thumbhash": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
        "fileCreatedAt": "2024-05-06T07:08:09.123Z", "fileModifiedAt": "2024-05-06T07:08:09.123Z",
        "localDateTime": "2024-05-06T09:08:09.123Z", "createdAt": "2024-05-07T00:00:00.000Z",
        "updatedAt": "2024-05-07T00:00:00.000Z",
        "isFavorite": true, "isArchived": false, "isTrashed": false, "isOffline": false, "visibility": "timeline",
        "duration": "0:00:00.00000", "livePhotoVideoId": null, "checksum": "Y2hlY2tzdW0=", "duplicateId": null,
        "hasMetadata": true, "resized": true,
        "exifInfo": {
            "make": "Camera", "model": null, "exifImageWidth": 4000, "exifImageHeight": 3000.0,
            "fileSizeInByte": 1234, "orientation": "1", "dateTimeOriginal": "2024-05-06T07:08:09+00:00",
            "modifyDate": null, "timeZone": "UTC+2", "lensModel": null, "fNumber": 1.8, "focalLength": 4.25,
            "iso": 100, "exposureTime": "1/125", "latitude": 50.5, "longitude": -8, "city": "Rome", "state": null,
            "country": "Italy", "description": "", "projectionType": null, "rating": null
        },
        "people": [{
            "id": "0192f3c4-0000-7000-8000-000000000003", "name": "", "birthDate": "1980-02-29", "thumbnailPath": "",
            "isHidden": false, "isFavorite": true, "color": "#ff8800", "updatedAt": "2024-05-07T00:00:00.000Z",
            "faces": [{
                "id": "0192f3c4-0000-7000-8000-000000000004", "imageHeight": 300, "imageWidth": 400,
                "boundingBoxX1": 1, "boundingBoxX2": 20, "boundingBoxY1": 3, "boundingBoxY2": 40,
                "sourceType": "machine-learning"
            }]
        }],
        "unassignedFaces": [],
        "stack": {
            "id": "0192f3c4-0000-7000-8000-000000000005",
            "primaryAssetId": "0192f3c4-0000-7000-8000-000000000001", "assetCount": 2
        },
        "tags": [{
            "id": "0192f3c4-0000-7000-8000-000000000006", "name": "Rome", "value": "Places/Rome",
            "parentId": "0192f3c4-0000-7000-8000-000000000007", "color": "#00ff00",
            "createdAt": "2024-05-07T00:00:00.000Z", "updatedAt": "2024-05-07T00:00:00.000Z"
        }]
    }"##;

    /// As Immich 3 answers it, to someone whom a film is shown.
    const OF_VERSION_3: &str = r#"{
        "id": "0192f3c4-0000-7000-8000-000000000001", "ownerId": "0192f3c4-0000-7000-8000-000000000002",
        "type": "VIDEO", "originalPath": "/data/a.mp4", "originalFileName": "a.mp4", "thumbhash": null,
        "fileCreatedAt": "2024-05-06T07:08:09.123Z", "fileModifiedAt": "2024-05-06T07:08:09.123Z",
        "localDateTime": "2024-05-06T09:08:09.123Z", "createdAt": "2024-05-07T00:00:00.000Z",
        "updatedAt": "2024-05-07T00:00:00.000Z", "isFavorite": false, "isArchived": false, "isTrashed": false,
        "isOffline": false, "isEdited": false, "visibility": "somewhere new", "duration": 62500, "checksum": "eA==",
        "hasMetadata": true, "width": 1920, "height": 1080, "people": [{
            "id": "0192f3c4-0000-7000-8000-000000000003", "name": "Ada", "birthDate": null, "thumbnailPath": "",
            "isHidden": false
        }]
    }"#;

    #[test]
    fn assets_of_version_2_are_read() {
        let asset: AssetResponseDto = serde_json::from_str(OF_VERSION_2).expect("an asset");
        let exif = asset.exif_info.expect("what is known of it");
        assert_eq!(
            (exif.exif_image_height, exif.longitude),
            (Some(3000), Some(-8.0))
        );
        assert_eq!(exif.date_time_original, "2024-05-06T07:08:09Z".parse().ok());
        assert_eq!((asset.duration, asset.kind), (None, AssetTypeEnum::Image));
        assert_eq!(asset.people[0].faces[0].bounding_box_y2, 40);
        assert_eq!(asset.people[0].birth_date, "1980-02-29".parse().ok());
        assert_eq!(asset.tags[0].value, "Places/Rome");
        assert_eq!(asset.stack.map(|stack| stack.asset_count), Some(2));
        assert_eq!(asset.owner.map(|owner| owner.name), Some("Me".into()));
    }

    #[test]
    fn assets_of_version_3_are_read() {
        let asset: AssetResponseDto = serde_json::from_str(OF_VERSION_3).expect("an asset");
        assert_eq!(asset.duration, Some(Duration::from_millis(62_500)));
        assert_eq!((asset.device_id.as_str(), asset.exif_info), ("", None));
        assert_eq!(asset.visibility, AssetVisibility::Other);
        assert_eq!(
            (asset.people[0].name.as_str(), asset.people[0].faces.len()),
            ("Ada", 0)
        );
    }
}
