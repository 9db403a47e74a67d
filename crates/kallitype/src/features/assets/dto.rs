//! The wire of the asset operations: what is read and what is answered.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::assets::model::{AssetMetadataUpsertItemDto, Visibility};
use kallitype_web::fields::{Fields, FromFields};
use kallitype_web::time::{ZonedDate, parse_zone, parse_zoned};
use kallitype_web::wire_enum;

wire_enum! {
    /// The sizes in which an asset can be looked at.
    pub enum AssetMediaSize as "AssetMediaSize" {
        Fullsize = "fullsize",
        Preview = "preview",
        Thumbnail = "thumbnail",
    }
}

wire_enum! {
    /// What became of an upload.
    pub enum AssetMediaStatus as "AssetMediaStatus" {
        Created = "created",
        Replaced = "replaced",
        Duplicate = "duplicate",
    }
}

wire_enum! {
    /// Work that can be asked for by hand.
    pub enum AssetJobName as "AssetJobName" {
        RefreshFaces = "refresh-faces",
        RefreshMetadata = "refresh-metadata",
        RegenerateThumbnail = "regenerate-thumbnail",
        TranscodeVideo = "transcode-video",
    }
}

/// The answer to an upload.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AssetMediaResponseDto {
    #[schema(value_type = String)]
    pub id: Uuid,
    pub status: AssetMediaStatus,
}

/// Values to be kept with an asset.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct AssetMetadataUpsertDto {
    pub items: Vec<AssetMetadataUpsertItemDto>,
}

impl FromFields for AssetMetadataUpsertDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            items: fields.objects("items"),
        }
    }
}

/// An upload's parts.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "files are streamed past it; it describes them in the document"
)]
pub(crate) struct AssetMediaCreateDto {
    #[schema(value_type = String, format = Binary)]
    pub asset_data: (),
    #[schema(required)]
    pub device_asset_id: String,
    pub device_id: String,
    #[schema(value_type = String, required = false)]
    pub duration: Option<i64>,
    #[schema(value_type = String, format = DateTime)]
    pub file_created_at: i64,
    #[schema(value_type = String, format = DateTime)]
    pub file_modified_at: i64,
    #[schema(nullable = false)]
    pub filename: Option<String>,
    #[schema(nullable = false)]
    pub is_favorite: Option<bool>,
    #[schema(nullable = false)]
    pub live_photo_video_id: Option<Uuid>,
    pub metadata: Vec<AssetMetadataUpsertItemDto>,
    #[schema(value_type = String, format = Binary, required = false)]
    pub sidecar_data: (),
    #[schema(nullable = false)]
    pub visibility: Option<Visibility>,
}

impl FromFields for AssetMediaCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            asset_data: (),
            device_asset_id: device_text(fields, "deviceAssetId"),
            device_id: device_text(fields, "deviceId"),
            duration: duration(fields),
            file_created_at: fields.required_date("fileCreatedAt"),
            file_modified_at: fields.required_date("fileModifiedAt"),
            filename: fields.text("filename").filter(|name| !name.is_empty()),
            is_favorite: fields.boolean("isFavorite"),
            live_photo_video_id: fields.uuid("livePhotoVideoId"),
            metadata: if fields.has("metadata") {
                fields.objects("metadata")
            } else {
                Vec::new()
            },
            sidecar_data: (),
            visibility: fields.enumeration("visibility"),
        }
    }
}

/// A replacement's parts.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "files are streamed past it; it describes them in the document"
)]
pub(crate) struct AssetMediaReplaceDto {
    #[schema(value_type = String, format = Binary)]
    pub asset_data: (),
    pub device_asset_id: String,
    pub device_id: String,
    #[schema(value_type = String, required = false)]
    pub duration: Option<i64>,
    #[schema(value_type = String, format = DateTime)]
    pub file_created_at: i64,
    #[schema(value_type = String, format = DateTime)]
    pub file_modified_at: i64,
    #[schema(nullable = false)]
    pub filename: Option<String>,
}

impl FromFields for AssetMediaReplaceDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            asset_data: (),
            device_asset_id: device_text(fields, "deviceAssetId"),
            device_id: device_text(fields, "deviceId"),
            duration: duration(fields),
            file_created_at: fields.required_date("fileCreatedAt"),
            file_modified_at: fields.required_date("fileModifiedAt"),
            filename: fields.text("filename").filter(|name| !name.is_empty()),
        }
    }
}

/// 2.x clients name their device and must do it properly; 3.x clients no longer do.
fn device_text(fields: &Fields<'_>, name: &str) -> String {
    if fields.has(name) {
        fields.required_text(name)
    } else {
        String::new()
    }
}

/// `H:MM:SS.ffffff`, or whole milliseconds. What is neither is no duration, and no reason to refuse a photo.
fn duration(fields: &Fields<'_>) -> Option<i64> {
    let text = fields.text("duration")?;
    if let Ok(milliseconds) = text.parse::<u32>() {
        return Some(i64::from(milliseconds) * 1000).filter(|length| *length > 0);
    }
    let mut parts = text.splitn(3, ':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = f64::from(hours.parse::<u16>().ok()?) * 3600.0
        + f64::from(minutes.parse::<u16>().ok()?) * 60.0;
    let seconds: f64 = seconds
        .parse()
        .ok()
        .filter(|seconds| (0.0..60.0).contains(seconds))?;
    // At most 65,536 hours: far below what the conversion could lose.
    Some(((whole + seconds) * 1e6).round() as i64).filter(|length| *length > 0)
}

/// Checksums to look for.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct AssetBulkUploadCheckDto {
    pub assets: Vec<AssetBulkUploadCheckItem>,
}

/// A file that a client may upload.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct AssetBulkUploadCheckItem {
    /// SHA-1 in base64 or hexadecimal.
    #[schema(value_type = String)]
    pub checksum: Vec<u8>,
    pub id: String,
}

impl FromFields for AssetBulkUploadCheckDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            assets: fields.objects("assets"),
        }
    }
}

impl FromFields for AssetBulkUploadCheckItem {
    fn read(fields: &Fields<'_>) -> Self {
        let checksum = fields.required_text("checksum");
        let bytes = parse_checksum(&checksum);
        if bytes.is_none() && !checksum.is_empty() {
            fields.refuse("checksum", "must be a SHA-1 in base64 or hexadecimal");
        }
        Self {
            checksum: bytes.unwrap_or_default(),
            id: fields.required_text("id"),
        }
    }
}

/// A SHA-1 as 40 hexadecimal digits or 28 characters of base64.
#[must_use]
pub(crate) fn parse_checksum(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    let bytes = match text.len() {
        40 => hex::decode(text).ok()?,
        _ => base64::engine::general_purpose::STANDARD
            .decode(text)
            .ok()?,
    };
    (bytes.len() == 20).then_some(bytes)
}

wire_enum! {
    /// What a client should do with a file.
    pub enum UploadAction as "UploadAction" {
        Accept = "accept",
        Reject = "reject",
    }
}

wire_enum! {
    /// Why a file need not or cannot be uploaded.
    pub enum RejectReason as "RejectReason" {
        Duplicate = "duplicate",
        UnsupportedFormat = "unsupported-format",
    }
}

/// What is known of the asked-for checksums, in their order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AssetBulkUploadCheckResponseDto {
    pub results: Vec<AssetBulkUploadCheckResult>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetBulkUploadCheckResult {
    #[schema(inline)]
    pub action: UploadAction,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub asset_id: Option<Uuid>,
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub is_trashed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub reason: Option<RejectReason>,
}

/// A device's files to look for.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct CheckExistingAssetsDto {
    #[schema(min_items = 1)]
    pub device_asset_ids: Vec<String>,
    pub device_id: String,
}

impl FromFields for CheckExistingAssetsDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            device_asset_ids: fields.non_empty_strings("deviceAssetIds"),
            device_id: fields.required_text("deviceId"),
        }
    }
}

/// Those of a device's files that are here.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckExistingAssetsResponseDto {
    pub existing_ids: Vec<String>,
}

/// Assets to be deleted.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct AssetBulkDeleteDto {
    #[schema(nullable = false)]
    pub force: Option<bool>,
    pub ids: Vec<Uuid>,
}

impl FromFields for AssetBulkDeleteDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            force: fields.boolean("force"),
            ids: fields.uuids("ids"),
        }
    }
}

/// Work to be done on assets.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AssetJobsDto {
    pub asset_ids: Vec<Uuid>,
    #[schema(value_type = AssetJobName)]
    pub name: Option<AssetJobName>,
}

impl FromFields for AssetJobsDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            asset_ids: fields.uuids("assetIds"),
            name: fields.required_enumeration("name"),
        }
    }
}

/// What to change of one asset.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct UpdateAssetDto {
    #[schema(value_type = String, required = false)]
    pub date_time_original: Option<ZonedDate>,
    #[schema(nullable = false)]
    pub description: Option<String>,
    #[schema(nullable = false)]
    pub is_favorite: Option<bool>,
    #[schema(nullable = false)]
    pub latitude: Option<f64>,
    #[schema(value_type = Option<Uuid>)]
    pub live_photo_video_id: Option<Option<Uuid>>,
    #[schema(nullable = false)]
    pub longitude: Option<f64>,
    #[schema(value_type = f64, minimum = -1, maximum = 5, required = false)]
    pub rating: Option<Option<i64>>,
    #[schema(nullable = false)]
    pub visibility: Option<Visibility>,
}

impl FromFields for UpdateAssetDto {
    fn read(fields: &Fields<'_>) -> Self {
        let (latitude, longitude) = place(fields);
        Self {
            date_time_original: zoned_date(fields),
            description: description(fields),
            is_favorite: fields.boolean("isFavorite"),
            latitude,
            live_photo_video_id: fields.nullable("livePhotoVideoId", Fields::uuid),
            longitude,
            rating: rating(fields),
            visibility: fields.enumeration("visibility"),
        }
    }
}

/// What to change of many assets.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AssetBulkUpdateDto {
    #[schema(value_type = String, required = false)]
    pub date_time_original: Option<ZonedDate>,
    /// Minutes by which to move the dates.
    #[schema(value_type = f64, required = false)]
    pub date_time_relative: Option<i64>,
    #[schema(nullable = false)]
    pub description: Option<String>,
    #[schema(value_type = Option<String>)]
    pub duplicate_id: Option<Option<Uuid>>,
    pub ids: Vec<Uuid>,
    #[schema(nullable = false)]
    pub is_favorite: Option<bool>,
    #[schema(nullable = false)]
    pub latitude: Option<f64>,
    #[schema(nullable = false)]
    pub longitude: Option<f64>,
    #[schema(value_type = f64, minimum = -1, maximum = 5, required = false)]
    pub rating: Option<Option<i64>>,
    #[schema(nullable = false)]
    pub time_zone: Option<String>,
    #[schema(nullable = false)]
    pub visibility: Option<Visibility>,
}

/// Minutes in a thousand years: no one moves a date further.
const MAX_MINUTES: i64 = 1000 * 366 * 24 * 60;

impl FromFields for AssetBulkUpdateDto {
    fn read(fields: &Fields<'_>) -> Self {
        let (latitude, longitude) = place(fields);
        let time_zone = fields.text("timeZone");
        if time_zone
            .as_deref()
            .is_some_and(|zone| parse_zone(zone).is_none())
        {
            fields.refuse("timeZone", "must be a valid IANA time zone");
        }
        Self {
            date_time_original: zoned_date(fields),
            date_time_relative: fields.integer("dateTimeRelative", -MAX_MINUTES, MAX_MINUTES),
            description: description(fields),
            duplicate_id: fields.nullable("duplicateId", Fields::uuid),
            ids: fields.uuids("ids"),
            is_favorite: fields.boolean("isFavorite"),
            latitude,
            longitude,
            rating: rating(fields),
            time_zone,
            visibility: fields.enumeration("visibility"),
        }
    }
}

/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 100_000;

fn description(fields: &Fields<'_>) -> Option<String> {
    fields.at_most("description", MAX_DESCRIPTION);
    fields.text("description")
}

fn zoned_date(fields: &Fields<'_>) -> Option<ZonedDate> {
    let text = fields.text("dateTimeOriginal")?;
    let date = parse_zoned(&text);
    if date.is_none() {
        fields.refuse("dateTimeOriginal", "must be a valid ISO 8601 date string");
    }
    date
}

fn rating(fields: &Fields<'_>) -> Option<Option<i64>> {
    fields.nullable("rating", |fields, name| fields.integer(name, -1, 5))
}

/// A place needs both numbers, each within its limits.
fn place(fields: &Fields<'_>) -> (Option<f64>, Option<f64>) {
    let within = |name: &str, limit: f64, rule: &str| {
        let number = fields.number(name);
        if number.is_some_and(|number| number.abs() > limit) {
            fields.refuse(name, rule);
        }
        number
    };
    let latitude = within("latitude", 90.0, "must be a latitude string or number");
    let longitude = within("longitude", 180.0, "must be a longitude string or number");
    match (fields.has("latitude"), fields.has("longitude")) {
        (true, false) => fields.refuse("longitude", "must be a longitude string or number"),
        (false, true) => fields.refuse("latitude", "must be a latitude string or number"),
        _ => {}
    }
    (latitude, longitude)
}
