//! `GET /search/places`: towns by their names. No one else is asked.

use axum::Json;

use crate::features::search::dto::{PlacesQuery, PlacesResponseDto};
use crate::places;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Queried;

/// How many places are answered at most.
const MAX_PLACES: usize = 20;

#[utoipa::path(
    get,
    path = "/api/search/places",
    tag = "Search",
    operation_id = "searchPlaces",
    params(PlacesQuery),
    responses((status = 200, body = Vec<PlacesResponseDto>, description = "")),
)]
pub(crate) async fn search_places(
    Queried(query): Queried<PlacesQuery>,
) -> Result<Json<Vec<PlacesResponseDto>>> {
    // Every name is looked at, which takes milliseconds.
    let search = move || places::search(&query.name, MAX_PLACES);
    let found = tokio::task::spawn_blocking(search).await;
    let found = found.map_err(ApiError::internal)?.into_iter();
    let place = |town: places::NamedTown| PlacesResponseDto {
        admin1name: town.region,
        admin2name: None,
        latitude: town.latitude,
        longitude: town.longitude,
        name: town.name,
    };
    Ok(Json(found.map(place).collect()))
}
