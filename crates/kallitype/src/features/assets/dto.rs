//! The wire of the asset operations: what is read and what is answered.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::assets::model::{AssetMetadataUpsertItemDto, Visibility};
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;
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

request! {
    /// Values to be kept with an asset.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetMetadataUpsertDto {
        items: Vec<AssetMetadataUpsertItemDto> = objects(),
    }
}

request! {
    /// An upload's parts.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetMediaCreateDto {
        #[schema(value_type = String, format = Binary)]
        asset_data: () = file_part(),
        #[schema(required)]
        device_asset_id: String = with(device_text),
        device_id: String = with(device_text),
        #[schema(value_type = String, required = false)]
        duration: Option<i64> = with(duration),
        #[schema(value_type = String, format = DateTime)]
        file_created_at: i64 = required_date(),
        #[schema(value_type = String, format = DateTime)]
        file_modified_at: i64 = required_date(),
        #[schema(nullable = false)]
        filename: Option<String> = text_unless_empty(),
        #[schema(nullable = false)]
        is_favorite: Option<bool> = boolean(),
        #[schema(nullable = false)]
        live_photo_video_id: Option<Uuid> = uuid(),
        metadata: Vec<AssetMetadataUpsertItemDto> = with(metadata),
        #[schema(value_type = String, format = Binary, required = false)]
        sidecar_data: () = file_part(),
        #[schema(nullable = false)]
        visibility: Option<Visibility> = enumeration(),
    }
}

request! {
    /// A replacement's parts.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetMediaReplaceDto {
        #[schema(value_type = String, format = Binary)]
        asset_data: () = file_part(),
        device_asset_id: String = with(device_text),
        device_id: String = with(device_text),
        #[schema(value_type = String, required = false)]
        duration: Option<i64> = with(duration),
        #[schema(value_type = String, format = DateTime)]
        file_created_at: i64 = required_date(),
        #[schema(value_type = String, format = DateTime)]
        file_modified_at: i64 = required_date(),
        #[schema(nullable = false)]
        filename: Option<String> = text_unless_empty(),
    }
}

/// 2.x clients name their device and must do it properly; 3.x clients no longer do.
fn device_text(fields: &Fields<'_>, name: &str) -> String {
    fields
        .limited(name, MAX_NAME, |fields, name| {
            fields.optional(name, Fields::required_text)
        })
        .unwrap_or_default()
}

fn metadata(fields: &Fields<'_>, name: &str) -> Vec<AssetMetadataUpsertItemDto> {
    fields.optional(name, Fields::objects).unwrap_or_default()
}

/// `H:MM:SS.ffffff`, or whole milliseconds. What is neither is no duration, and no reason to refuse a photo.
fn duration(fields: &Fields<'_>, name: &str) -> Option<i64> {
    let text = fields.text(name)?;
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

request! {
    /// Checksums to look for.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetBulkUploadCheckDto {
        assets: Vec<AssetBulkUploadCheckItem> = objects(),
    }
}

request! {
    /// A file that a client may upload.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetBulkUploadCheckItem {
        /// SHA-1 in base64 or hexadecimal.
        #[schema(value_type = String)]
        checksum: Vec<u8> = with(checksum),
        id: String = required_text(),
    }
}

fn checksum(fields: &Fields<'_>, name: &str) -> Vec<u8> {
    let text = fields.required_text(name);
    let bytes = parse_checksum(&text);
    if bytes.is_none() && !text.is_empty() {
        fields.refuse(name, "must be a SHA-1 in base64 or hexadecimal");
    }
    bytes.unwrap_or_default()
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

request! {
    /// A device's files to look for.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct CheckExistingAssetsDto {
        #[schema(min_items = 1)]
        device_asset_ids: Vec<String> = non_empty_strings(),
        device_id: String = required_text(),
    }
}

/// Those of a device's files that are here.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckExistingAssetsResponseDto {
    pub existing_ids: Vec<String>,
}

request! {
    /// Assets to be deleted.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetBulkDeleteDto {
        #[schema(nullable = false)]
        force: Option<bool> = boolean(),
        ids: Vec<Uuid> = distinct_uuids(),
    }
}

request! {
    /// Work to be done on assets.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetJobsDto {
        asset_ids: Vec<Uuid> = distinct_uuids(),
        name: AssetJobName = required_enumeration(),
    }
}

request! {
    /// What to change of one asset.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct UpdateAssetDto {
        #[schema(value_type = String, required = false)]
        date_time_original: Option<ZonedDate> = with(zoned_date),
        #[schema(nullable = false)]
        description: Option<String> = limited(MAX_DESCRIPTION, Fields::text),
        #[schema(nullable = false)]
        is_favorite: Option<bool> = boolean(),
        #[schema(nullable = false)]
        latitude: Option<f64> = with(latitude),
        #[schema(value_type = Option<Uuid>)]
        live_photo_video_id: Option<Option<Uuid>> = nullable(Fields::uuid),
        #[schema(nullable = false)]
        longitude: Option<f64> = with(longitude),
        #[schema(value_type = f64, minimum = -1, maximum = 5, required = false)]
        rating: Option<Option<i64>> = nullable(rating),
        #[schema(nullable = false)]
        visibility: Option<Visibility> = enumeration(),
    }
}

request! {
    /// What to change of many assets.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetBulkUpdateDto {
        #[schema(value_type = String, required = false)]
        date_time_original: Option<ZonedDate> = with(zoned_date),
        /// Minutes by which to move the dates.
        #[schema(value_type = f64, required = false)]
        date_time_relative: Option<i64> = integer(-MAX_MINUTES, MAX_MINUTES),
        #[schema(nullable = false)]
        description: Option<String> = limited(MAX_DESCRIPTION, Fields::text),
        #[schema(value_type = Option<String>)]
        duplicate_id: Option<Option<Uuid>> = nullable(Fields::uuid),
        ids: Vec<Uuid> = distinct_uuids(),
        #[schema(nullable = false)]
        is_favorite: Option<bool> = boolean(),
        #[schema(nullable = false)]
        latitude: Option<f64> = with(latitude),
        #[schema(nullable = false)]
        longitude: Option<f64> = with(longitude),
        #[schema(value_type = f64, minimum = -1, maximum = 5, required = false)]
        rating: Option<Option<i64>> = nullable(rating),
        #[schema(nullable = false)]
        time_zone: Option<String> = with(time_zone),
        #[schema(nullable = false)]
        visibility: Option<Visibility> = enumeration(),
    }
}

/// Minutes in a thousand years: no one moves a date further.
const MAX_MINUTES: i64 = 1000 * 366 * 24 * 60;

/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 100_000;

fn zoned_date(fields: &Fields<'_>, name: &str) -> Option<ZonedDate> {
    let text = fields.text(name)?;
    let date = parse_zoned(&text);
    if date.is_none() {
        fields.refuse(name, "must be a valid ISO 8601 date string");
    }
    date
}

fn time_zone(fields: &Fields<'_>, name: &str) -> Option<String> {
    let zone = fields.text(name)?;
    if parse_zone(&zone).is_none() {
        fields.refuse(name, "must be a valid IANA time zone");
    }
    Some(zone)
}

fn rating(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, -1, 5)
}

fn latitude(fields: &Fields<'_>, name: &str) -> Option<f64> {
    let rule = "must be a latitude string or number";
    coordinate(fields, name, "longitude", 90.0, rule)
}

fn longitude(fields: &Fields<'_>, name: &str) -> Option<f64> {
    let rule = "must be a longitude string or number";
    coordinate(fields, name, "latitude", 180.0, rule)
}

/// One of the two numbers of a place, which needs both.
fn coordinate(fields: &Fields<'_>, name: &str, other: &str, limit: f64, rule: &str) -> Option<f64> {
    let number = fields.number(name);
    let is_missing = fields.has(other) && !fields.has(name);
    if is_missing || number.is_some_and(|number| number.abs() > limit) {
        fields.refuse(name, rule);
    }
    number
}
