//! What the server is told and answers, as far as this client knows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The version of the API that a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
}

/// What a server is made of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Begins with a `v`.
    pub version: String,
    pub version_url: String,
    pub licensed: bool,
    /// The commit it was built from.
    pub source_ref: Option<String>,
    pub ffmpeg: Option<String>,
}

/// The extensions of the files a server takes, in lower case, with their dot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct MediaTypes {
    pub image: Vec<String>,
    pub video: Vec<String>,
    pub sidecar: Vec<String>,
}

/// A session, just begun.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    pub access_token: String,
    pub user_id: Uuid,
    pub user_email: String,
    pub name: String,
    pub is_admin: bool,
    pub should_change_password: bool,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub is_admin: bool,
    /// Bytes; none is no limit.
    pub quota_size_in_bytes: Option<u64>,
    /// Bytes.
    pub quota_usage_in_bytes: Option<u64>,
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    pub id: Uuid,
    pub name: String,
    pub permissions: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A new API key with its secret, shown once.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey {
    pub secret: String,
    pub api_key: ApiKey,
}

/// Where an asset is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    Archive,
    Timeline,
    Hidden,
    Locked,
}

impl Visibility {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Timeline => "timeline",
            Self::Hidden => "hidden",
            Self::Locked => "locked",
        }
    }
}

/// What an asset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssetKind {
    Image,
    Video,
    Audio,
    Other,
}

/// A photo or video.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub device_id: String,
    pub device_asset_id: String,
    #[serde(rename = "type")]
    pub kind: AssetKind,
    pub original_file_name: String,
    pub original_mime_type: Option<String>,
    pub original_path: String,
    /// SHA-1 in base64.
    pub checksum: String,
    /// A blurred picture of a few bytes, in base64.
    pub thumbhash: Option<String>,
    pub file_created_at: Timestamp,
    pub file_modified_at: Timestamp,
    /// The wall-clock time where the picture was taken, as if it were UTC.
    pub local_date_time: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub is_favorite: bool,
    pub is_archived: bool,
    pub is_trashed: bool,
    pub is_offline: bool,
    pub visibility: Visibility,
    /// `H:MM:SS.ffffff`.
    pub duration: String,
    pub live_photo_video_id: Option<Uuid>,
    pub exif_info: Option<Exif>,
}

/// What a file says about its picture, and what people corrected.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exif {
    pub make: Option<String>,
    pub model: Option<String>,
    pub lens_model: Option<String>,
    /// Pixels.
    pub exif_image_width: Option<f64>,
    /// Pixels.
    pub exif_image_height: Option<f64>,
    /// Bytes.
    pub file_size_in_byte: Option<u64>,
    /// 1 to 8, as in Exif.
    pub orientation: Option<String>,
    pub date_time_original: Option<Timestamp>,
    pub time_zone: Option<String>,
    /// Seconds, as a fraction such as `1/250`.
    pub exposure_time: Option<String>,
    pub f_number: Option<f64>,
    /// Millimetres.
    pub focal_length: Option<f64>,
    pub iso: Option<f64>,
    /// Degrees.
    pub latitude: Option<f64>,
    /// Degrees.
    pub longitude: Option<f64>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    pub description: Option<String>,
    /// -1 to 5.
    pub rating: Option<f64>,
}

/// What to change about an asset; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_favorite: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// ISO 8601, with or without a zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_time_original: Option<String>,
    /// Degrees; goes with the longitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees; goes with the latitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// -1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<i8>,
    /// `Some(None)` parts the picture from its video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_photo_video_id: Option<Option<Uuid>>,
}

/// Which picture of an asset is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ThumbnailSize {
    /// 250 pixels on the short edge.
    Thumbnail,
    /// 1440 pixels on the long edge.
    Preview,
    /// The original, if browsers show it, else one converted.
    Fullsize,
}

/// Which assets to count; none asks for no difference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatisticsFilter {
    pub is_favorite: Option<bool>,
    pub is_trashed: Option<bool>,
    pub visibility: Option<Visibility>,
}

/// How many assets there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Statistics {
    pub images: u64,
    pub videos: u64,
    pub total: u64,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UploadStatus {
    Created,
    Replaced,
    Duplicate,
}

/// The answer to an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Uploaded {
    /// The new asset's, or that of the one that was there.
    pub id: Uuid,
    pub status: UploadStatus,
}

/// A file to ask about before it is uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckItem {
    /// Comes back in the answer as it is.
    pub id: String,
    /// SHA-1 in hexadecimal or base64.
    pub checksum: String,
}

/// Whether a file need be uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// The item's.
    pub id: String,
    pub action: CheckAction,
    pub reason: Option<RejectReason>,
    /// The asset that is there already.
    pub asset_id: Option<Uuid>,
    /// Whether that asset is in the trash.
    pub is_trashed: Option<bool>,
}

/// What to do with a file that was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckAction {
    Accept,
    Reject,
}

/// Why a file need not be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RejectReason {
    Duplicate,
    UnsupportedFormat,
}

#[derive(Serialize)]
pub(crate) struct CheckRequest<'a> {
    pub assets: &'a [CheckItem],
}

#[derive(Deserialize)]
pub(crate) struct CheckResponse {
    pub results: Vec<Checked>,
}

/// What a link shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SharedLinkKind {
    Album,
    Individual,
}

/// A link to be made; the server decides about what is none.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewSharedLink {
    #[serde(rename = "type")]
    pub kind: SharedLinkKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub album_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asset_ids: Vec<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// A name for the link's address, instead of its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_upload: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_download: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_metadata: Option<bool>,
}

impl NewSharedLink {
    /// A link to some assets.
    #[must_use]
    pub fn to_assets(ids: &[Uuid]) -> Self {
        Self::new(SharedLinkKind::Individual, None, ids)
    }

    /// A link to an album.
    #[must_use]
    pub fn to_album(id: Uuid) -> Self {
        Self::new(SharedLinkKind::Album, Some(id), &[])
    }

    fn new(kind: SharedLinkKind, album_id: Option<Uuid>, asset_ids: &[Uuid]) -> Self {
        Self {
            kind,
            album_id,
            asset_ids: asset_ids.to_vec(),
            description: None,
            password: None,
            slug: None,
            expires_at: None,
            allow_upload: None,
            allow_download: None,
            show_metadata: None,
        }
    }
}

/// A shared link.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedLink {
    pub id: Uuid,
    pub user_id: Uuid,
    /// The secret of the link's address.
    pub key: String,
    pub slug: Option<String>,
    #[serde(rename = "type")]
    pub kind: SharedLinkKind,
    pub description: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub allow_upload: bool,
    pub allow_download: bool,
    pub show_metadata: bool,
    pub assets: Vec<SharedAsset>,
}

/// What every listing of a link tells of an asset; [`Client::asset`](crate::Client::asset) tells the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SharedAsset {
    pub id: Uuid,
    #[serde(rename = "type")]
    pub kind: AssetKind,
}
