//! `GET /map/reverse-geocode`: what a place is called.

use axum::Json;

use super::dto::{MapReverseGeocodeResponseDto, PlaceQuery};
use crate::places;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/map/reverse-geocode",
    tag = "Map",
    operation_id = "reverseGeocode",
    params(PlaceQuery),
    responses((status = 200, body = Vec<MapReverseGeocodeResponseDto>, description = "")),
)]
pub(crate) async fn reverse_geocode(
    Queried(query): Queried<PlaceQuery>,
) -> Result<Json<[MapReverseGeocodeResponseDto; 1]>> {
    // The first time, the names of all places are unpacked.
    let naming = tokio::task::spawn_blocking(move || places::name(query.lat, query.lon));
    let place = naming.await.map_err(ApiError::internal)?;
    Ok(Json([MapReverseGeocodeResponseDto {
        city: place.city,
        country: place.country,
        state: place.state,
    }]))
}
