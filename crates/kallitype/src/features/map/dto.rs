//! The wire of the map: what is read and what is answered.

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

use kallitype_web::fields::Fields;
use kallitype_web::query;

query! {
    /// Which pictures the map shows.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct MarkerFilter {
        /// Taken then or later, in microseconds UTC.
        #[param(value_type = String, format = DateTime, required = false)]
        file_created_after: Option<i64> = date(),
        /// Taken then or before.
        #[param(value_type = String, format = DateTime, required = false)]
        file_created_before: Option<i64> = date(),
        /// Those in the archive too.
        #[param(required = false)]
        is_archived: bool = or(false, Fields::boolean),
        #[param(nullable = false)]
        is_favorite: Option<bool> = boolean(),
        /// What partners share too, whether it is shown in the timeline or not.
        #[param(required = false)]
        with_partners: bool = or(false, Fields::boolean),
        /// What is in albums that the caller is in too, whoever owns it.
        #[param(required = false)]
        with_shared_albums: bool = or(false, Fields::boolean),
    }
}

query! {
    /// A place on earth, in degrees.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct PlaceQuery {
        #[param(value_type = Degrees, inline)]
        lat: f64 = with(latitude),
        #[param(value_type = Degrees, inline)]
        lon: f64 = with(longitude),
    }
}

/// Degrees in the document: numbers of which it says that they have double precision.
struct Degrees;

impl PartialSchema for Degrees {
    fn schema() -> RefOr<Schema> {
        let extensions = Extensions::builder().add("x-keep-format", true).build();
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)))
            .extensions(Some(extensions))
            .into()
    }
}

impl ToSchema for Degrees {}

fn latitude(fields: &Fields<'_>, name: &str) -> f64 {
    degrees(fields, name, 90.0)
}

fn longitude(fields: &Fields<'_>, name: &str) -> f64 {
    degrees(fields, name, 180.0)
}

fn degrees(fields: &Fields<'_>, name: &str, limit: f64) -> f64 {
    let given: Option<f64> = fields.raw(name).and_then(|text| text.trim().parse().ok());
    let degrees = given.filter(|degrees| degrees.abs() <= limit);
    if degrees.is_none() {
        fields.refuse(
            name,
            &format!("must be a number between -{limit} and {limit}"),
        );
    }
    degrees.unwrap_or_default()
}

/// A picture on the map.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MapMarkerResponseDto {
    #[schema(required)]
    pub city: Option<String>,
    #[schema(required)]
    pub country: Option<String>,
    #[schema(value_type = String)]
    pub id: Uuid,
    #[schema(value_type = Degrees, inline)]
    pub lat: f64,
    #[schema(value_type = Degrees, inline)]
    pub lon: f64,
    #[schema(required)]
    pub state: Option<String>,
}

/// What a place is called.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MapReverseGeocodeResponseDto {
    #[schema(required)]
    pub city: Option<String>,
    #[schema(required)]
    pub country: Option<String>,
    #[schema(required)]
    pub state: Option<String>,
}
