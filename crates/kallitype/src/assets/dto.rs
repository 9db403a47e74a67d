//! The wire of the asset operations: what is read and what is answered.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::fields::{Fields, FromFields};
use crate::http::time::{Time, ZonedDate, parse_zone, parse_zoned};
use crate::http::version::Wire;
use crate::tags::dto::TagResponseDto;
use crate::users::UserResponseDto;
use crate::wire_enum;

wire_enum! {
    /// What a file is.
    pub enum AssetType as "AssetTypeEnum" {
        Image = "IMAGE",
        Video = "VIDEO",
        Audio = "AUDIO",
        Other = "OTHER",
    }
}

wire_enum! {
    /// Where an asset shows up.
    pub enum Visibility as "AssetVisibility" {
        Archive = "archive",
        Timeline = "timeline",
        Hidden = "hidden",
        Locked = "locked",
    }
}

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

wire_enum! {
    /// Where a face was found.
    pub enum SourceType as "SourceType" {
        MachineLearning = "machine-learning",
        Exif = "exif",
        Manual = "manual",
    }
}

/// How long a video plays. 2.x reads `0:01:02.500000`, 3.x whole milliseconds or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    /// Microseconds, if it plays at all.
    pub length: Option<i64>,
    pub wire: Wire,
}

impl Serialize for Duration {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.wire, self.length) {
            (Wire::V3, None) => serializer.serialize_none(),
            (Wire::V3, Some(length)) => serializer.serialize_i64(length / 1000),
            (Wire::V2, None) => serializer.serialize_str("0:00:00.00000"),
            (Wire::V2, Some(length)) => {
                let (seconds, fraction) = (length / 1_000_000, length % 1_000_000);
                let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
                serializer.collect_str(&format_args!(
                    "{hours}:{minutes:02}:{seconds:02}.{fraction:06}"
                ))
            }
        }
    }
}

/// An asset with what is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetResponseDto {
    #[schema(value_type = String)]
    pub id: Uuid,
    /// SHA-1 in base64; empty through a link that hides metadata.
    pub checksum: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    pub device_asset_id: String,
    pub device_id: String,
    #[schema(value_type = Option<String>)]
    pub duplicate_id: Option<Uuid>,
    #[schema(value_type = String)]
    pub duration: Duration,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exif_info: Option<ExifResponseDto>,
    /// When the picture was taken.
    #[schema(value_type = String, format = DateTime)]
    pub file_created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub file_modified_at: Time,
    pub has_metadata: bool,
    pub is_archived: bool,
    pub is_favorite: bool,
    pub is_offline: bool,
    pub is_trashed: bool,
    #[schema(value_type = Option<String>)]
    pub library_id: Option<Uuid>,
    #[schema(value_type = Option<String>)]
    pub live_photo_video_id: Option<Uuid>,
    /// The wall clock where the picture was taken, as if it were UTC.
    #[schema(value_type = String, format = DateTime)]
    pub local_date_time: Time,
    pub original_file_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub original_mime_type: Option<String>,
    pub original_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner: Option<UserResponseDto>,
    #[schema(value_type = String)]
    pub owner_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub people: Option<Vec<PersonWithFacesResponseDto>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub resized: Option<bool>,
    pub stack: Option<AssetStackResponseDto>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tags: Option<Vec<TagResponseDto>>,
    #[schema(required)]
    pub thumbhash: Option<String>,
    #[serde(rename = "type")]
    pub kind: AssetType,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unassigned_faces: Option<Vec<AssetFaceWithoutPersonResponseDto>>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub visibility: Visibility,
    /// What 3.x clients read beside the rest; 2.x clients ignore it.
    #[serde(flatten)]
    #[schema(ignore)]
    pub later: LaterFields,
}

/// Properties that later versions of the API added.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LaterFields {
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub is_edited: bool,
}

/// What the file says of itself, and what the user said better.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExifResponseDto {
    #[schema(default = json!(null))]
    pub city: Option<String>,
    #[schema(default = json!(null))]
    pub country: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, default = json!(null))]
    pub date_time_original: Option<Time>,
    #[schema(default = json!(null))]
    pub description: Option<String>,
    #[schema(value_type = Option<f64>, default = json!(null))]
    pub exif_image_height: Option<i64>,
    #[schema(value_type = Option<f64>, default = json!(null))]
    pub exif_image_width: Option<i64>,
    #[schema(default = json!(null))]
    pub exposure_time: Option<String>,
    #[schema(default = json!(null))]
    pub f_number: Option<f64>,
    #[schema(default = json!(null))]
    pub file_size_in_byte: Option<i64>,
    #[schema(default = json!(null))]
    pub focal_length: Option<f64>,
    #[schema(value_type = Option<f64>, default = json!(null))]
    pub iso: Option<i64>,
    #[schema(default = json!(null))]
    pub latitude: Option<f64>,
    #[schema(default = json!(null))]
    pub lens_model: Option<String>,
    #[schema(default = json!(null))]
    pub longitude: Option<f64>,
    #[schema(default = json!(null))]
    pub make: Option<String>,
    #[schema(default = json!(null))]
    pub model: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, default = json!(null))]
    pub modify_date: Option<Time>,
    #[schema(default = json!(null))]
    pub orientation: Option<String>,
    #[schema(default = json!(null))]
    pub projection_type: Option<String>,
    #[schema(value_type = Option<f64>, default = json!(null))]
    pub rating: Option<i64>,
    #[schema(default = json!(null))]
    pub state: Option<String>,
    #[schema(default = json!(null))]
    pub time_zone: Option<String>,
}

/// A person seen in a picture.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonWithFacesResponseDto {
    #[schema(required, format = Date)]
    pub birth_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub color: Option<String>,
    pub faces: Vec<AssetFaceWithoutPersonResponseDto>,
    #[schema(value_type = String)]
    pub id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub is_favorite: Option<bool>,
    pub is_hidden: bool,
    pub name: String,
    pub thumbnail_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub updated_at: Option<Time>,
}

/// Where in a picture a face is, in pixels.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetFaceWithoutPersonResponseDto {
    #[serde(rename = "boundingBoxX1")]
    pub bounding_box_x1: i32,
    #[serde(rename = "boundingBoxX2")]
    pub bounding_box_x2: i32,
    #[serde(rename = "boundingBoxY1")]
    pub bounding_box_y1: i32,
    #[serde(rename = "boundingBoxY2")]
    pub bounding_box_y2: i32,
    pub id: Uuid,
    pub image_height: i32,
    pub image_width: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source_type: Option<SourceType>,
}

/// The stack an asset belongs to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetStackResponseDto {
    pub asset_count: i32,
    #[schema(value_type = String)]
    pub id: Uuid,
    #[schema(value_type = String)]
    pub primary_asset_id: Uuid,
}

/// The answer to an upload.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssetMediaResponseDto {
    #[schema(value_type = String)]
    pub id: Uuid,
    pub status: AssetMediaStatus,
}

/// How many assets there are.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssetStatsResponseDto {
    #[schema(value_type = i32)]
    pub images: i64,
    #[schema(value_type = i32)]
    pub total: i64,
    #[schema(value_type = i32)]
    pub videos: i64,
}

wire_enum! {
    /// The keys that 2.0 documents; any other is kept as well.
    pub enum AssetMetadataKey as "AssetMetadataKey" {
        MobileApp = "mobile-app",
    }
}

/// A value that an app keeps with an asset.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetMetadataResponseDto {
    #[schema(value_type = AssetMetadataKey)]
    pub key: String,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    #[schema(value_type = Object)]
    pub value: Map<String, Value>,
}

/// A value to be kept with an asset.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct AssetMetadataUpsertItemDto {
    #[schema(value_type = AssetMetadataKey)]
    pub key: String,
    #[schema(value_type = Object)]
    pub value: Map<String, Value>,
}

/// The longest key of an asset's metadata, in characters.
pub const MAX_METADATA_KEY: usize = 255;

impl FromFields for AssetMetadataUpsertItemDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("key", MAX_METADATA_KEY);
        Self {
            key: fields.required_text("key"),
            value: fields.object("value"),
        }
    }
}

/// Values to be kept with an asset.
#[derive(Debug, Clone, ToSchema)]
pub struct AssetMetadataUpsertDto {
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
pub struct AssetMediaCreateDto {
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
            visibility: fields.choice("visibility"),
        }
    }
}

/// A replacement's parts.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct AssetMediaReplaceDto {
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
pub struct AssetBulkUploadCheckDto {
    pub assets: Vec<AssetBulkUploadCheckItem>,
}

/// A file that a client may upload.
#[derive(Debug, Clone, ToSchema)]
pub struct AssetBulkUploadCheckItem {
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
pub fn parse_checksum(text: &str) -> Option<Vec<u8>> {
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
pub struct AssetBulkUploadCheckResponseDto {
    pub results: Vec<AssetBulkUploadCheckResult>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetBulkUploadCheckResult {
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
pub struct CheckExistingAssetsDto {
    #[schema(min_items = 1)]
    pub device_asset_ids: Vec<String>,
    pub device_id: String,
}

impl FromFields for CheckExistingAssetsDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            device_asset_ids: fields.some_texts("deviceAssetIds"),
            device_id: fields.required_text("deviceId"),
        }
    }
}

/// Those of a device's files that are here.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckExistingAssetsResponseDto {
    pub existing_ids: Vec<String>,
}

/// Assets to be deleted.
#[derive(Debug, Clone, ToSchema)]
pub struct AssetBulkDeleteDto {
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
pub struct AssetJobsDto {
    pub asset_ids: Vec<Uuid>,
    #[schema(value_type = AssetJobName)]
    pub name: Option<AssetJobName>,
}

impl FromFields for AssetJobsDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            asset_ids: fields.uuids("assetIds"),
            name: fields.required_choice("name"),
        }
    }
}

/// What to change of one asset.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct UpdateAssetDto {
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
            visibility: fields.choice("visibility"),
        }
    }
}

/// What to change of many assets.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct AssetBulkUpdateDto {
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
const MOST_MINUTES: i64 = 1000 * 366 * 24 * 60;

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
            date_time_relative: fields.integer("dateTimeRelative", -MOST_MINUTES, MOST_MINUTES),
            description: description(fields),
            duplicate_id: fields.nullable("duplicateId", Fields::uuid),
            ids: fields.uuids("ids"),
            is_favorite: fields.boolean("isFavorite"),
            latitude,
            longitude,
            rating: rating(fields),
            time_zone,
            visibility: fields.choice("visibility"),
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

/// The document's description of a file's bytes.
pub struct FileBytes;

impl utoipa::PartialSchema for FileBytes {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
            .into()
    }
}

impl ToSchema for FileBytes {}
