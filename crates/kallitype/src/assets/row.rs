//! An asset as the database has it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::dto::{AssetResponseDto, AssetType, Duration, ExifResponseDto, LaterFields, Visibility};
use super::file_type::FileType;
use crate::access::{Caller, Identity};
use crate::db::{DatabaseError, Result, Row};
use crate::http::fields::Choice;
use crate::http::time::Time;
use crate::http::version::Wire;
use crate::tags::dto::TagResponseDto;
use crate::users::UserResponseDto;

/// The columns of [`AssetRow`], in its order.
pub const COLUMNS: &str = "asset.id, asset.owner_id, asset.library_id, asset.device_asset_id, asset.device_id, \
    asset.type, asset.original_path, asset.original_file_name, asset.file_size, asset.checksum, asset.thumbhash, \
    asset.file_created_at, asset.file_modified_at, asset.local_date_time, asset.duration, asset.visibility, \
    asset.is_favorite, asset.live_photo_video_id, asset.duplicate_id, asset.deleted_at, asset.created_at, \
    asset.updated_at";

/// How many columns that is.
const COUNT: usize = 22;

/// The columns of `exif` that are shown, after [`COLUMNS`].
pub const EXIF_COLUMNS: &str = "exif.make, exif.model, exif.lens_model, exif.exposure_time, exif.f_number, \
    exif.focal_length, exif.iso, exif.width, exif.height, exif.orientation, exif.date_time_original, \
    exif.modify_date, exif.time_zone, exif.latitude, exif.longitude, exif.city, exif.state, exif.country, \
    exif.description, exif.rating, exif.projection_type";

/// How many columns the two are together.
pub const WITH_EXIF_COUNT: usize = COUNT + 21;

/// A row of `asset`.
#[derive(Debug, Clone)]
pub struct AssetRow {
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
    pub fn read(row: &Row<'_>) -> Result<Self> {
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
pub fn read_exif(row: &Row<'_>, file_size: i64) -> Result<ExifResponseDto> {
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

fn named<T: Choice>(name: &str) -> Result<T> {
    T::from_name(name)
        .ok_or_else(|| DatabaseError::Other(format!("the database holds an unknown name: {name}")))
}

/// An asset with its parts, as it was read for one answer.
#[derive(Debug, Clone)]
pub struct AssetDetails {
    pub asset: AssetRow,
    pub exif: ExifResponseDto,
    pub owner: UserResponseDto,
    /// What the owner calls it.
    pub tags: Vec<TagResponseDto>,
}

impl AssetDetails {
    /// What the caller is shown of the asset.
    #[must_use]
    pub fn present(self, caller: &Caller, wire: Wire) -> AssetResponseDto {
        match caller.identity() {
            Identity::Link(link) if !link.show_metadata => bare(self.asset, wire),
            Identity::Link(_) => AssetResponseDto {
                owner: None,
                ..full(self, false, wire)
            },
            Identity::User(principal) => {
                let is_owner = principal.user.id == self.asset.owner_id;
                full(self, is_owner, wire)
            }
        }
    }
}

fn full(details: AssetDetails, is_owner: bool, wire: Wire) -> AssetResponseDto {
    let AssetDetails {
        asset,
        exif,
        owner,
        tags,
    } = details;
    let (width, height) = upright(&exif);
    AssetResponseDto {
        checksum: STANDARD.encode(&asset.checksum),
        created_at: Time(asset.created_at),
        device_asset_id: asset.device_asset_id.clone(),
        device_id: asset.device_id.clone(),
        duplicate_id: asset.duplicate_id,
        exif_info: Some(exif),
        file_created_at: Time(asset.file_created_at),
        file_modified_at: Time(asset.file_modified_at),
        has_metadata: true,
        is_archived: asset.visibility == Visibility::Archive,
        is_favorite: is_owner && asset.is_favorite,
        is_trashed: asset.deleted_at.is_some(),
        library_id: asset.library_id,
        original_file_name: asset.original_file_name.clone(),
        original_path: if is_owner {
            asset.original_path.clone()
        } else {
            String::new()
        },
        owner: Some(owner),
        people: Some(Vec::new()),
        resized: Some(true),
        tags: Some(if is_owner { tags } else { Vec::new() }),
        unassigned_faces: Some(Vec::new()),
        updated_at: Time(asset.updated_at),
        later: LaterFields {
            width,
            height,
            is_edited: false,
        },
        ..bare(asset, wire)
    }
}

/// What a link that hides metadata shows: enough to draw the picture in its place. What the answer's shape
/// demands beyond that says nothing.
fn bare(asset: AssetRow, wire: Wire) -> AssetResponseDto {
    let local_date_time = Time(asset.local_date_time);
    AssetResponseDto {
        id: asset.id,
        checksum: String::new(),
        created_at: local_date_time,
        device_asset_id: String::new(),
        device_id: String::new(),
        duplicate_id: None,
        duration: Duration {
            length: asset.duration,
            wire,
        },
        exif_info: None,
        file_created_at: local_date_time,
        file_modified_at: local_date_time,
        has_metadata: false,
        is_archived: false,
        is_favorite: false,
        is_offline: false,
        is_trashed: false,
        library_id: None,
        live_photo_video_id: asset.live_photo_video_id,
        local_date_time,
        original_file_name: String::new(),
        original_mime_type: FileType::of_name(&asset.original_file_name)
            .map(|known| known.mime.to_owned()),
        original_path: String::new(),
        owner: None,
        owner_id: asset.owner_id,
        people: None,
        resized: None,
        stack: None,
        tags: None,
        thumbhash: asset.thumbhash.map(|hash| STANDARD.encode(hash)),
        kind: asset.kind,
        unassigned_faces: None,
        updated_at: local_date_time,
        visibility: asset.visibility,
        later: LaterFields {
            width: None,
            height: None,
            is_edited: false,
        },
    }
}

/// The picture's size as it is seen, its orientation applied.
fn upright(exif: &ExifResponseDto) -> (Option<i64>, Option<i64>) {
    let size = (exif.exif_image_width, exif.exif_image_height);
    let is_on_its_side = matches!(exif.orientation.as_deref(), Some("5" | "6" | "7" | "8"));
    if is_on_its_side {
        (size.1, size.0)
    } else {
        size
    }
}
