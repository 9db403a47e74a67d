//! What is asked for. `None` says nothing, and leaves what is there as it is.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::multipart::Form;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{Error, FileData, Result, wire};

/// Where an asset shows up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AssetVisibility {
    /// In the archive, and not in the timeline.
    Archive,
    /// In the timeline.
    Timeline,
    /// Nowhere, as the moving part of a live photo.
    Hidden,
    /// In the locked folder, which opens with a PIN.
    Locked,
    /// One that this client does not know. It is only answered.
    #[serde(other, skip_serializing)]
    Other,
}

/// The sizes in which an asset can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AssetMediaSize {
    /// As large as the original, in a format that browsers show.
    Fullsize,
    /// For a screen.
    Preview,
    /// For a grid; what is served without a size.
    Thumbnail,
}

/// Work that can be asked for by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AssetJobName {
    RefreshFaces,
    RefreshMetadata,
    RegenerateThumbnail,
    TranscodeVideo,
}

/// Files to be looked for before they are uploaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AssetBulkUploadCheckDto {
    pub assets: Vec<AssetBulkUploadCheckItem>,
}

/// A file that may be uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetBulkUploadCheckItem {
    /// Comes back in the answer as it is.
    pub id: String,
    /// SHA-1 in hexadecimal or base64.
    pub checksum: String,
}

/// A device's files to be looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckExistingAssetsDto {
    /// At least one.
    pub device_asset_ids: Vec<String>,
    pub device_id: String,
}

/// Assets to be deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AssetBulkDeleteDto {
    pub ids: Vec<Uuid>,
    /// Whether they are deleted for good; otherwise they go to the trash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
}

/// Work to be done on assets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetJobsDto {
    pub asset_ids: Vec<Uuid>,
    pub name: AssetJobName,
}

/// Which assets are counted; without a word all that are not in the trash, nor locked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetStatisticsQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_favorite: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_trashed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<AssetVisibility>,
}

/// What to change of one asset.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateAssetDto {
    /// ISO 8601, with the offset of the place: `2024-05-06T09:08:07+02:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_time_original: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_favorite: Option<bool>,
    /// Degrees north, together with the longitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// The video that the picture moves by; `Some(None)` parts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_photo_video_id: Option<Option<Uuid>>,
    /// Degrees east, together with the latitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// Stars, 0 to 5; -1 for what is rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<i8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<AssetVisibility>,
}

/// What to change of many assets.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetBulkUpdateDto {
    pub ids: Vec<Uuid>,
    /// ISO 8601, with the offset of the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_time_original: Option<String>,
    /// Minutes by which their dates move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_time_relative: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `Some(None)` says that they are no duplicates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_id: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_favorite: Option<bool>,
    /// Degrees north, together with the longitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east, together with the latitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// Stars, 0 to 5; -1 for what is rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<i8>,
    /// The name of a zone, as in `Europe/Rome`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<AssetVisibility>,
}

/// The key under which the phone apps keep what they know of an asset.
pub const MOBILE_APP: &str = "mobile-app";

/// Values to be kept with an asset.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AssetMetadataUpsertDto {
    pub items: Vec<AssetMetadataUpsertItemDto>,
}

/// A value to be kept with an asset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssetMetadataUpsertItemDto {
    /// [`MOBILE_APP`]; Immich 2 knows no other.
    pub key: String,
    pub value: Map<String, Value>,
}

/// A file to be uploaded, and what is said of it.
#[derive(Debug)]
pub struct AssetMediaCreateDto {
    /// The photo or video.
    pub asset_data: FileData,
    /// What the device calls the file.
    pub device_asset_id: String,
    pub device_id: String,
    pub file_created_at: Timestamp,
    pub file_modified_at: Timestamp,
    pub metadata: Vec<AssetMetadataUpsertItemDto>,
    /// SHA-1 in hexadecimal or base64. A server that has these bytes says so at once, and refuses other bytes.
    pub checksum: Option<String>,
    /// Of a video.
    pub duration: Option<Duration>,
    /// What the file is called, if not as [`asset_data`](Self::asset_data) says. Its end says what it is.
    pub filename: Option<String>,
    pub is_favorite: Option<bool>,
    /// The video that the picture moves by, which was uploaded before.
    pub live_photo_video_id: Option<Uuid>,
    /// An XMP sidecar.
    pub sidecar_data: Option<FileData>,
    pub visibility: Option<AssetVisibility>,
}

/// The longest that a device may call a file, in characters. Of more, the end is kept.
const MAX_DEVICE_ASSET_ID: usize = 255;

impl AssetMediaCreateDto {
    /// A file of a device, with what is known of it: its times as the file system has them, and as its id on the device
    /// its name and length, as the official clients do it.
    #[must_use]
    pub fn new(asset_data: FileData, device_id: impl Into<String>) -> Self {
        let length = asset_data.length.unwrap_or_default();
        let id = format!("{}-{length}", asset_data.name).replace(char::is_whitespace, "");
        let surplus = id.chars().count().saturating_sub(MAX_DEVICE_ASSET_ID);
        Self {
            device_asset_id: id.chars().skip(surplus).collect(),
            device_id: device_id.into(),
            file_created_at: asset_data.created_at.unwrap_or_else(Timestamp::now),
            file_modified_at: asset_data.modified_at.unwrap_or_else(Timestamp::now),
            metadata: Vec::new(),
            checksum: None,
            duration: None,
            filename: None,
            is_favorite: None,
            live_photo_video_id: None,
            sidecar_data: None,
            visibility: None,
            asset_data,
        }
    }

    /// The fields first and the files last, so that a server knows what comes.
    pub(crate) fn form(self) -> Result<Form> {
        let described = FileDescription {
            device_asset_id: self.device_asset_id,
            device_id: self.device_id,
            file_created_at: self.file_created_at,
            file_modified_at: self.file_modified_at,
            duration: self.duration,
            filename: self.filename,
        };
        let mut form = described.form().text("metadata", json(&self.metadata)?);
        if let Some(is_favorite) = self.is_favorite {
            form = form.text("isFavorite", is_favorite.to_string());
        }
        if let Some(video) = self.live_photo_video_id {
            form = form.text("livePhotoVideoId", video.to_string());
        }
        if let Some(visibility) = self.visibility {
            let quoted = json(&visibility)?;
            form = form.text("visibility", quoted.trim_matches('"').to_owned());
        }
        if let Some(sidecar) = self.sidecar_data {
            form = form.part("sidecarData", sidecar.part());
        }
        Ok(form.part("assetData", self.asset_data.part()))
    }
}

/// A file to take the place of an asset's, and what is said of it.
#[derive(Debug)]
pub struct AssetMediaReplaceDto {
    /// The photo or video.
    pub asset_data: FileData,
    /// What the device calls the file.
    pub device_asset_id: String,
    pub device_id: String,
    pub file_created_at: Timestamp,
    pub file_modified_at: Timestamp,
    /// Of a video.
    pub duration: Option<Duration>,
    /// What the file is called, if not as [`asset_data`](Self::asset_data) says. Its end says what it is.
    pub filename: Option<String>,
}

impl AssetMediaReplaceDto {
    /// A file of a device, as in [`AssetMediaCreateDto::new`].
    #[must_use]
    pub fn new(asset_data: FileData, device_id: impl Into<String>) -> Self {
        let created = AssetMediaCreateDto::new(asset_data, device_id);
        Self {
            asset_data: created.asset_data,
            device_asset_id: created.device_asset_id,
            device_id: created.device_id,
            file_created_at: created.file_created_at,
            file_modified_at: created.file_modified_at,
            duration: None,
            filename: None,
        }
    }

    pub(crate) fn form(self) -> Form {
        let described = FileDescription {
            device_asset_id: self.device_asset_id,
            device_id: self.device_id,
            file_created_at: self.file_created_at,
            file_modified_at: self.file_modified_at,
            duration: self.duration,
            filename: self.filename,
        };
        described.form().part("assetData", self.asset_data.part())
    }
}

/// What is said of every file that is sent.
struct FileDescription {
    device_asset_id: String,
    device_id: String,
    file_created_at: Timestamp,
    file_modified_at: Timestamp,
    duration: Option<Duration>,
    filename: Option<String>,
}

impl FileDescription {
    fn form(self) -> Form {
        let mut form = Form::new()
            .text("deviceAssetId", self.device_asset_id)
            .text("deviceId", self.device_id)
            .text("fileCreatedAt", self.file_created_at.to_string())
            .text("fileModifiedAt", self.file_modified_at.to_string());
        if let Some(duration) = self.duration {
            form = form.text("duration", wire::duration_text(duration));
        }
        if let Some(filename) = self.filename {
            form = form.text("filename", filename);
        }
        form
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_name_tells_files_apart() {
        let name = format!("{}.jpg", "x".repeat(251));
        let file = FileData::from_bytes(name, vec![0; 1234]);
        let id = AssetMediaCreateDto::new(file, "device").device_asset_id;
        assert_eq!(id.len(), 255);
        assert!(id.ends_with("xx.jpg-1234"), "{id}");
    }
}
