//! The row that is read and written: an asset with its EXIF facts, 40 columns, and its SQL.
//!
//! One struct carries the derives of every library that wants some.

use crate::with_diesel::Id;
use sea_orm::entity::prelude::*;

macro_rules! with_columns {
    ($then:ident) => {
        $then! {
            id, owner_id, device_asset_id, device_id, kind, original_path, sidecar_path, thumbnail_path,
            preview_path, original_file_name, file_size, checksum, thumbhash, file_created_at,
            file_modified_at, local_date_time, duration, visibility, is_favorite, deleted_at, created_at,
            updated_at, update_id, make, model, lens_model, f_number, focal_length, iso, exposure_time,
            width, height, latitude, longitude, city, state, country, description, rating, time_zone
        }
    };
}
pub(crate) use with_columns;

macro_rules! statements {
    ($first:ident $(, $rest:ident)*) => {
        /// The names of the columns, in order.
        pub const COLUMNS: [&str; 40] = [stringify!($first) $(, stringify!($rest))*];
        /// Reads one asset by its id.
        pub const FIND: &str =
            concat!("SELECT ", stringify!($first) $(, ", ", stringify!($rest))*, " FROM asset WHERE id = $1");
        /// Reads the assets of an owner, newest first.
        pub const LIST: &str = concat!(
            "SELECT ", stringify!($first) $(, ", ", stringify!($rest))*,
            " FROM asset WHERE owner_id = $1 ORDER BY local_date_time DESC"
        );
        /// Writes one asset.
        pub const INSERT: &str = concat!(
            "INSERT INTO asset (", stringify!($first) $(, ", ", stringify!($rest))*,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
             $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40)"
        );
    };
}
with_columns!(statements);

/// Read by both engines; SQLite stores a UUID as 16 bytes.
pub const SCHEMA: &str = "
CREATE TABLE asset (
    id UUID PRIMARY KEY, owner_id UUID NOT NULL, device_asset_id TEXT NOT NULL,
    device_id TEXT NOT NULL, kind TEXT NOT NULL, original_path TEXT NOT NULL, sidecar_path TEXT,
    thumbnail_path TEXT, preview_path TEXT, original_file_name TEXT NOT NULL, file_size BIGINT NOT NULL,
    checksum BYTEA NOT NULL, thumbhash BYTEA, file_created_at BIGINT NOT NULL, file_modified_at BIGINT NOT NULL,
    local_date_time BIGINT NOT NULL, duration BIGINT, visibility TEXT NOT NULL, is_favorite BOOLEAN NOT NULL,
    deleted_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    update_id UUID NOT NULL, make TEXT, model TEXT, lens_model TEXT, f_number DOUBLE PRECISION,
    focal_length DOUBLE PRECISION, iso BIGINT, exposure_time TEXT, width BIGINT, height BIGINT,
    latitude DOUBLE PRECISION, longitude DOUBLE PRECISION, city TEXT, state TEXT, country TEXT, description TEXT,
    rating BIGINT, time_zone TEXT
);
CREATE UNIQUE INDEX asset_checksum ON asset (owner_id, checksum) WHERE deleted_at IS NULL;
CREATE INDEX asset_timeline ON asset (owner_id, local_date_time);
CREATE INDEX asset_update ON asset (update_id);
";

/// An asset as the database knows it; SeaORM wants the name `Model`.
#[derive(
    Clone, Debug, PartialEq, DeriveEntityModel, sqlx::FromRow, diesel::Queryable, diesel::Insertable,
)]
#[sea_orm(table_name = "asset")]
#[diesel(table_name = crate::with_diesel::asset)]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[diesel(serialize_as = Id, deserialize_as = Id)]
    pub id: Uuid,
    #[diesel(serialize_as = Id, deserialize_as = Id)]
    pub owner_id: Uuid,
    pub device_asset_id: String,
    pub device_id: String,
    pub kind: String,
    pub original_path: String,
    pub sidecar_path: Option<String>,
    pub thumbnail_path: Option<String>,
    pub preview_path: Option<String>,
    pub original_file_name: String,
    pub file_size: i64,
    pub checksum: Vec<u8>,
    pub thumbhash: Option<Vec<u8>>,
    pub file_created_at: i64,
    pub file_modified_at: i64,
    pub local_date_time: i64,
    pub duration: Option<i64>,
    pub visibility: String,
    pub is_favorite: bool,
    pub deleted_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    #[diesel(serialize_as = Id, deserialize_as = Id)]
    pub update_id: Uuid,
    pub make: Option<String>,
    pub model: Option<String>,
    pub lens_model: Option<String>,
    pub f_number: Option<f64>,
    pub focal_length: Option<f64>,
    pub iso: Option<i64>,
    pub exposure_time: Option<String>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    pub description: Option<String>,
    pub rating: Option<i64>,
    pub time_zone: Option<String>,
}
pub use Model as Asset;

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The `number`th picture of `owner`, as a phone would have taken it.
    pub fn sample(owner: Uuid, number: i64) -> Self {
        let id = Uuid::now_v7();
        let time = 1_700_000_000_000_000 + number * 60_000_000;
        let file_name = format!("IMG_{number:06}.JPG");
        Self {
            id,
            owner_id: owner,
            device_asset_id: format!("{file_name}-{number}"),
            device_id: "phone".into(),
            kind: "IMAGE".into(),
            original_path: format!("originals/{owner}/2024/{id}.jpg"),
            sidecar_path: None,
            thumbnail_path: Some(format!("derived/{id}-thumbnail.webp")),
            preview_path: Some(format!("derived/{id}-preview.jpg")),
            original_file_name: file_name,
            file_size: 3_000_000 + number,
            checksum: [id.into_bytes().as_slice(), b"sha1"].concat(),
            thumbhash: Some(vec![7; 25]),
            file_created_at: time,
            file_modified_at: time,
            local_date_time: time,
            duration: None,
            visibility: "timeline".into(),
            is_favorite: number % 20 == 0,
            deleted_at: None,
            created_at: time,
            updated_at: time,
            update_id: Uuid::now_v7(),
            make: Some("Canon".into()),
            model: Some("EOS R6".into()),
            lens_model: Some("RF24-105mm F4 L IS USM".into()),
            f_number: Some(4.0),
            focal_length: Some(35.0),
            iso: Some(400),
            exposure_time: Some("1/250".into()),
            width: Some(5472),
            height: Some(3648),
            latitude: Some(48.2082),
            longitude: Some(16.3738),
            city: Some("Vienna".into()),
            state: Some("Vienna".into()),
            country: Some("Austria".into()),
            description: None,
            rating: Some(4),
            time_zone: Some("Europe/Vienna".into()),
        }
    }
}
