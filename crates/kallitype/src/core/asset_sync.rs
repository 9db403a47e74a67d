//! An asset as apps keep it that have a database of their own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::asset_details::AssetDetails;
use crate::core::assets::model::{AssetType, Duration, Visibility};
use kallitype_db::{ColumnType, FromRow, Row, row};
use kallitype_web::time::Time;
use kallitype_web::version::Wire;

row! {
    /// An asset without what its file says of itself.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAssetV1 {
        /// SHA-1 in base64.
        #[schema(value_type = String)]
        pub checksum: Base64 = "asset.checksum",
        #[schema(value_type = Option<String>, format = DateTime, required)]
        pub deleted_at: Option<Time> = "asset.deleted_at",
        #[schema(value_type = Option<String>, required)]
        pub duration: Option<PlayingTime> = "asset.duration",
        #[schema(value_type = Option<String>, format = DateTime, required)]
        pub file_created_at: Option<Time> = "asset.file_created_at",
        #[schema(value_type = Option<String>, format = DateTime, required)]
        pub file_modified_at: Option<Time> = "asset.file_modified_at",
        #[schema(value_type = String)]
        pub id: Uuid = "asset.id",
        pub is_favorite: bool = "asset.is_favorite",
        #[schema(value_type = Option<String>, required)]
        pub library_id: Option<Uuid> = "asset.library_id",
        #[schema(value_type = Option<String>, required)]
        pub live_photo_video_id: Option<Uuid> = "asset.live_photo_video_id",
        #[schema(value_type = Option<String>, format = DateTime, required)]
        pub local_date_time: Option<Time> = "asset.local_date_time",
        pub original_file_name: String = "asset.original_file_name",
        #[schema(value_type = String)]
        pub owner_id: Uuid = "asset.owner_id",
        #[schema(value_type = Option<String>, required)]
        pub stack_id: Option<Uuid> = "asset.stack_id",
        #[schema(value_type = Option<String>, required)]
        pub thumbhash: Option<Base64> = "asset.thumbhash",
        #[serde(rename = "type")]
        pub kind: AssetType = "asset.type",
        pub visibility: Visibility = "asset.visibility",
        /// What later apps read beside the rest: they take width and height from the exif where they are null.
        #[schema(ignore)]
        pub width: Option<i64> = "CAST(NULL AS BIGINT)",
        #[schema(ignore)]
        pub height: Option<i64> = "CAST(NULL AS BIGINT)",
        #[schema(ignore)]
        pub is_edited: bool = "FALSE",
    }
}

row! {
    /// What an asset's file says of itself, and what the user said better.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SyncAssetExifV1 {
        #[schema(value_type = String)]
        pub asset_id: Uuid = "exif.asset_id",
        #[schema(required)]
        pub city: Option<String> = "exif.city",
        #[schema(required)]
        pub country: Option<String> = "exif.country",
        #[schema(value_type = Option<String>, format = DateTime, required)]
        pub date_time_original: Option<Time> = "exif.date_time_original",
        #[schema(required)]
        pub description: Option<String> = "exif.description",
        #[schema(value_type = Option<i32>, required)]
        pub exif_image_height: Option<i64> = "exif.height",
        #[schema(value_type = Option<i32>, required)]
        pub exif_image_width: Option<i64> = "exif.width",
        #[schema(required)]
        pub exposure_time: Option<String> = "exif.exposure_time",
        #[schema(required, extensions(("x-keep-format" = json!(true))))]
        pub f_number: Option<f64> = "exif.f_number",
        #[schema(value_type = Option<i32>, required)]
        pub file_size_in_byte: Option<i64> = "asset.file_size",
        #[schema(required, extensions(("x-keep-format" = json!(true))))]
        pub focal_length: Option<f64> = "exif.focal_length",
        /// Frames a second.
        #[schema(required, extensions(("x-keep-format" = json!(true))))]
        pub fps: Option<f64> = "CAST(NULL AS DOUBLE PRECISION)",
        #[schema(value_type = Option<i32>, required)]
        pub iso: Option<i64> = "exif.iso",
        #[schema(required, extensions(("x-keep-format" = json!(true))))]
        pub latitude: Option<f64> = "exif.latitude",
        #[schema(required)]
        pub lens_model: Option<String> = "exif.lens_model",
        #[schema(required, extensions(("x-keep-format" = json!(true))))]
        pub longitude: Option<f64> = "exif.longitude",
        #[schema(required)]
        pub make: Option<String> = "exif.make",
        #[schema(required)]
        pub model: Option<String> = "exif.model",
        #[schema(value_type = Option<String>, format = DateTime, required)]
        pub modify_date: Option<Time> = "exif.modify_date",
        #[schema(required)]
        pub orientation: Option<String> = "exif.orientation",
        #[schema(required)]
        pub profile_description: Option<String> = "CAST(NULL AS TEXT)",
        #[schema(required)]
        pub projection_type: Option<String> = "exif.projection_type",
        #[schema(value_type = Option<i32>, required)]
        pub rating: Option<i64> = "exif.rating",
        #[schema(required)]
        pub state: Option<String> = "exif.state",
        #[schema(required)]
        pub time_zone: Option<String> = "exif.time_zone",
    }
}

impl SyncAssetV1 {
    #[must_use]
    pub(crate) fn of(details: &AssetDetails) -> Self {
        let asset = &details.asset;
        Self {
            checksum: Base64(asset.checksum.clone()),
            deleted_at: asset.deleted_at.map(Time),
            duration: asset.duration.map(PlayingTime),
            file_created_at: Some(Time(asset.file_created_at)),
            file_modified_at: Some(Time(asset.file_modified_at)),
            id: asset.id,
            is_favorite: asset.is_favorite,
            library_id: asset.library_id,
            live_photo_video_id: asset.live_photo_video_id,
            local_date_time: Some(Time(asset.local_date_time)),
            original_file_name: asset.original_file_name.clone(),
            owner_id: asset.owner_id,
            stack_id: details.stack.as_ref().map(|stack| stack.id),
            thumbhash: asset.thumbhash.clone().map(Base64),
            kind: asset.kind,
            visibility: asset.visibility,
            width: None,
            height: None,
            is_edited: false,
        }
    }

    /// What another user than its owner is told of it.
    pub(crate) fn hide_from(&mut self, user: Uuid) {
        self.is_favorite &= self.owner_id == user;
    }
}

impl SyncAssetExifV1 {
    #[must_use]
    pub(crate) fn of(details: &AssetDetails) -> Self {
        let exif = details.exif.clone();
        Self {
            asset_id: details.asset.id,
            city: exif.city,
            country: exif.country,
            date_time_original: exif.date_time_original,
            description: exif.description,
            exif_image_height: exif.exif_image_height,
            exif_image_width: exif.exif_image_width,
            exposure_time: exif.exposure_time,
            f_number: exif.f_number,
            file_size_in_byte: exif.file_size_in_byte,
            focal_length: exif.focal_length,
            fps: None,
            iso: exif.iso,
            latitude: exif.latitude,
            lens_model: exif.lens_model,
            longitude: exif.longitude,
            make: exif.make,
            model: exif.model,
            modify_date: exif.modify_date,
            orientation: exif.orientation,
            profile_description: None,
            projection_type: exif.projection_type,
            rating: exif.rating,
            state: exif.state,
            time_zone: exif.time_zone,
        }
    }
}

/// Bytes, in base64 on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Base64(Vec<u8>);

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl FromRow for Base64 {
    fn read_optional(row: &mut Row<'_>) -> kallitype_db::Result<Option<Self>> {
        Ok(<Vec<u8>>::read_optional(row)?.map(Self))
    }

    fn add_columns(columns: &mut Vec<ColumnType>) {
        <Vec<u8>>::add_columns(columns);
    }
}

/// How long a video plays, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlayingTime(i64);

impl Serialize for PlayingTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let duration = Duration {
            length: Some(self.0),
            wire: Wire::V2,
        };
        duration.serialize(serializer)
    }
}

impl FromRow for PlayingTime {
    fn read_optional(row: &mut Row<'_>) -> kallitype_db::Result<Option<Self>> {
        Ok(i64::read_optional(row)?.map(Self))
    }

    fn add_columns(columns: &mut Vec<ColumnType>) {
        i64::add_columns(columns);
    }
}
