//! `GET /search/explore`: the cities that the caller has several pictures of.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::asset_details::AssetDetails;
use crate::core::asset_listing::page::read_positions;
use crate::features::search::dto::{SearchExploreItem, SearchExploreResponseDto, With};
use crate::features::search::queries;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::version::Wire;

/// How many cities are shown at most, and how many pictures each has at least.
const MAX_CITIES: usize = 12;
const MIN_PICTURES: i64 = 5;

#[utoipa::path(
    get,
    path = "/api/search/explore",
    tag = "Search",
    operation_id = "getExploreData",
    responses((status = 200, body = Vec<SearchExploreResponseDto>, description = "")),
)]
pub(crate) async fn get_explore_data(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
) -> Result<Json<Vec<SearchExploreResponseDto>>> {
    let user = caller.user_id()?;
    let (cities, details) = app
        .db
        .scan(move |connection| find_cities(connection, user))
        .await?;
    let with = With {
        exif: true,
        people: false,
    };
    let assets = with.present(details, &caller, wire).into_iter();
    let item = |(value, data)| SearchExploreItem { data, value };
    Ok(Json(vec![SearchExploreResponseDto {
        field_name: "exifInfo.city",
        items: cities.into_iter().zip(assets).map(item).collect(),
    }]))
}

/// The cities where the caller has been last, and a picture of each.
fn find_cities(
    connection: &mut Connection<'_>,
    user: uuid::Uuid,
) -> Result<(Vec<String>, Vec<AssetDetails>)> {
    let mut cities = queries::list_cities(connection, user, MIN_PICTURES)?;
    cities.sort_by_key(|(_, newest)| std::cmp::Reverse((newest.moment, newest.id)));
    cities.truncate(MAX_CITIES);
    let (cities, newest): (Vec<_>, Vec<_>) = cities.into_iter().unzip();
    Ok((cities, read_positions(connection, &newest)?))
}
