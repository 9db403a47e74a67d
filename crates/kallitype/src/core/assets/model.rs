use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

pub(crate) use crate::access::Visibility;
use kallitype_web::fields::{Fields, FromFields};
use kallitype_web::time::Time;
use kallitype_web::version::Wire;
use kallitype_web::wire_enum;

wire_enum! {
    /// What a file is.
    pub enum AssetType as "AssetTypeEnum" {
        Image = "IMAGE",
        Video = "VIDEO",
        Audio = "AUDIO",
        Other = "OTHER",
    }
}

/// How long a video plays. 2.x reads `0:01:02.500000`, 3.x whole milliseconds or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Duration {
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

/// What the file says of itself, and what the user said better.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExifResponseDto {
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

/// How many assets there are.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AssetStatsResponseDto {
    #[schema(value_type = i32)]
    pub images: i64,
    #[schema(value_type = i32)]
    pub total: i64,
    #[schema(value_type = i32)]
    pub videos: i64,
}

/// A value that an app keeps with an asset.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetMetadataResponseDto {
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
pub(crate) struct AssetMetadataUpsertItemDto {
    #[schema(value_type = AssetMetadataKey)]
    pub key: String,
    #[schema(value_type = Object)]
    pub value: Map<String, Value>,
}

/// The longest key of an asset's metadata, in characters.
pub(crate) const MAX_METADATA_KEY: usize = 255;

impl FromFields for AssetMetadataUpsertItemDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("key", MAX_METADATA_KEY);
        Self {
            key: fields.required_text("key"),
            value: fields.object("value"),
        }
    }
}

/// The document's description of a file's bytes.
pub(crate) struct FileBytes;

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

wire_enum! {
    /// The keys that 2.0 documents; any other is kept as well.
    pub enum AssetMetadataKey as "AssetMetadataKey" {
        MobileApp = "mobile-app",
    }
}
