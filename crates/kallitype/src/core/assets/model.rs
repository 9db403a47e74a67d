use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) use crate::access::Visibility;
use kallitype_db::{Json, row};
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;
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

request! {
    /// Some assets.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetIdsDto {
        asset_ids: Vec<Uuid> = uuids(),
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

row! {
    /// What the file says of itself, and what the user said better.
    #[derive(Debug, Clone, Default, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct ExifResponseDto {
        #[schema(default = json!(null))]
        pub city: Option<String> = "exif.city",
        #[schema(default = json!(null))]
        pub country: Option<String> = "exif.country",
        #[schema(value_type = Option<String>, format = DateTime, default = json!(null))]
        pub date_time_original: Option<Time> = "exif.date_time_original",
        #[schema(default = json!(null))]
        pub description: Option<String> = "exif.description",
        #[schema(value_type = Option<f64>, default = json!(null))]
        pub exif_image_height: Option<i64> = "exif.height",
        #[schema(value_type = Option<f64>, default = json!(null))]
        pub exif_image_width: Option<i64> = "exif.width",
        #[schema(default = json!(null))]
        pub exposure_time: Option<String> = "exif.exposure_time",
        #[schema(default = json!(null))]
        pub f_number: Option<f64> = "exif.f_number",
        #[schema(default = json!(null))]
        pub file_size_in_byte: Option<i64> = "asset.file_size",
        #[schema(default = json!(null))]
        pub focal_length: Option<f64> = "exif.focal_length",
        #[schema(value_type = Option<f64>, default = json!(null))]
        pub iso: Option<i64> = "exif.iso",
        #[schema(default = json!(null))]
        pub latitude: Option<f64> = "exif.latitude",
        #[schema(default = json!(null))]
        pub lens_model: Option<String> = "exif.lens_model",
        #[schema(default = json!(null))]
        pub longitude: Option<f64> = "exif.longitude",
        #[schema(default = json!(null))]
        pub make: Option<String> = "exif.make",
        #[schema(default = json!(null))]
        pub model: Option<String> = "exif.model",
        #[schema(value_type = Option<String>, format = DateTime, default = json!(null))]
        pub modify_date: Option<Time> = "exif.modify_date",
        #[schema(default = json!(null))]
        pub orientation: Option<String> = "exif.orientation",
        #[schema(default = json!(null))]
        pub projection_type: Option<String> = "exif.projection_type",
        #[schema(value_type = Option<f64>, default = json!(null))]
        pub rating: Option<i64> = "exif.rating",
        #[schema(default = json!(null))]
        pub state: Option<String> = "exif.state",
        #[schema(default = json!(null))]
        pub time_zone: Option<String> = "exif.time_zone",
    }
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

row! {
    /// A value that an app keeps with an asset.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct AssetMetadataResponseDto {
        #[schema(value_type = AssetMetadataKey)]
        pub key: String,
        #[schema(value_type = String, format = DateTime)]
        pub updated_at: Time,
        #[schema(value_type = Object)]
        pub value: Json<Map<String, Value>>,
    }
}

request! {
    /// A value to be kept with an asset.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AssetMetadataUpsertItemDto {
        #[schema(value_type = AssetMetadataKey)]
        key: String = limited(MAX_NAME, Fields::required_text),
        #[schema(value_type = Object)]
        value: Map<String, Value> = object(),
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
