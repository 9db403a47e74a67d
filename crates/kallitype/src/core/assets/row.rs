//! An asset as the database has it.

use uuid::Uuid;

use crate::core::assets::model::{AssetType, ExifResponseDto, Visibility};
use kallitype_db::{DatabaseError, Result, Row};
use kallitype_web::fields::Enumeration;
use kallitype_web::time::Time;

/// The columns of [`AssetRow`], in its order.
pub(crate) const COLUMNS: &str = "asset.id, asset.owner_id, asset.library_id, asset.device_asset_id, asset.device_id, \
    asset.type, asset.original_path, asset.original_file_name, asset.file_size, asset.checksum, asset.thumbhash, \
    asset.file_created_at, asset.file_modified_at, asset.local_date_time, asset.duration, asset.visibility, \
    asset.is_favorite, asset.live_photo_video_id, asset.duplicate_id, asset.deleted_at, asset.created_at, \
    asset.updated_at";

/// How many columns that is.
const COUNT: usize = 22;

/// The columns of `exif` that are shown, after [`COLUMNS`].
pub(crate) const EXIF_COLUMNS: &str = "exif.make, exif.model, exif.lens_model, exif.exposure_time, exif.f_number, \
    exif.focal_length, exif.iso, exif.width, exif.height, exif.orientation, exif.date_time_original, \
    exif.modify_date, exif.time_zone, exif.latitude, exif.longitude, exif.city, exif.state, exif.country, \
    exif.description, exif.rating, exif.projection_type";

/// How many columns the two are together.
pub(crate) const WITH_EXIF_COUNT: usize = COUNT + 21;

/// A row of `asset`.
#[derive(Debug, Clone)]
pub(crate) struct AssetRow {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub library_id: Option<Uuid>,
    pub device_asset_id: String,
    pub device_id: String,
    pub kind: AssetType,
    pub original_path: String,
    pub original_file_name: String,
    /// Bytes.
    pub file_size: i64,
    /// SHA-1.
    pub checksum: Vec<u8>,
    pub thumbhash: Option<Vec<u8>>,
    pub file_created_at: i64,
    pub file_modified_at: i64,
    pub local_date_time: i64,
    /// Microseconds.
    pub duration: Option<i64>,
    pub visibility: Visibility,
    pub is_favorite: bool,
    pub live_photo_video_id: Option<Uuid>,
    pub duplicate_id: Option<Uuid>,
    pub deleted_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl AssetRow {
    /// Reads [`COLUMNS`].
    ///
    /// # Errors
    /// When the row is not one of them.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            owner_id: row.get(1)?,
            library_id: row.get(2)?,
            device_asset_id: row.get(3)?,
            device_id: row.get(4)?,
            kind: named(&row.get::<String>(5)?)?,
            original_path: row.get(6)?,
            original_file_name: row.get(7)?,
            file_size: row.get(8)?,
            checksum: row.get(9)?,
            thumbhash: row.get(10)?,
            file_created_at: row.get(11)?,
            file_modified_at: row.get(12)?,
            local_date_time: row.get(13)?,
            duration: row.get(14)?,
            visibility: named(&row.get::<String>(15)?)?,
            is_favorite: row.get(16)?,
            live_photo_video_id: row.get(17)?,
            duplicate_id: row.get(18)?,
            deleted_at: row.get(19)?,
            created_at: row.get(20)?,
            updated_at: row.get(21)?,
        })
    }
}

/// Reads [`EXIF_COLUMNS`] after [`COLUMNS`].
///
/// # Errors
/// When the row is not one of them.
pub(crate) fn read_exif(row: &Row<'_>, file_size: i64) -> Result<ExifResponseDto> {
    let at = |position: usize| COUNT + position;
    Ok(ExifResponseDto {
        make: row.get(at(0))?,
        model: row.get(at(1))?,
        lens_model: row.get(at(2))?,
        exposure_time: row.get(at(3))?,
        f_number: row.get(at(4))?,
        focal_length: row.get(at(5))?,
        iso: row.get(at(6))?,
        exif_image_width: row.get(at(7))?,
        exif_image_height: row.get(at(8))?,
        orientation: row.get(at(9))?,
        date_time_original: row.get::<Option<i64>>(at(10))?.map(Time),
        modify_date: row.get::<Option<i64>>(at(11))?.map(Time),
        time_zone: row.get(at(12))?,
        latitude: row.get(at(13))?,
        longitude: row.get(at(14))?,
        city: row.get(at(15))?,
        state: row.get(at(16))?,
        country: row.get(at(17))?,
        description: row.get(at(18))?,
        rating: row.get(at(19))?,
        projection_type: row.get(at(20))?,
        file_size_in_byte: Some(file_size),
    })
}

fn named<T: Enumeration>(name: &str) -> Result<T> {
    T::from_name(name)
        .ok_or_else(|| DatabaseError::Other(format!("the database holds an unknown name: {name}")))
}
