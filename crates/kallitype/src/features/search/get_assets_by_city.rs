//! `GET /search/cities`: a picture of each city.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Listing, Section};
use crate::app::state::App;
use crate::core::asset_details::{AssetDetails, AssetResponseDto};
use crate::core::asset_listing::page::{Position, read_positions};
use crate::features::search::dto::With;
use crate::features::search::queries;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::version::Wire;

#[utoipa::path(
    get,
    path = "/api/search/cities",
    tag = "Search",
    operation_id = "getAssetsByCity",
    responses((status = 200, body = Vec<AssetResponseDto>, description = "")),
)]
pub(crate) async fn get_assets_by_city(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
) -> Result<Json<Vec<AssetResponseDto>>> {
    let asking = caller.clone();
    let details = app
        .db
        .scan(move |connection| find_cities(connection, &asking))
        .await?;
    let with = With {
        exif: true,
        people: false,
    };
    Ok(Json(with.present(details, &caller, wire)))
}

/// The newest picture of each city, by the names of the cities.
fn find_cities(connection: &mut Connection<'_>, caller: &Caller) -> Result<Vec<AssetDetails>> {
    let listing = Listing::with_partners(connection, caller, &[Section::TIMELINE])?;
    let mut cities: BTreeMap<String, Position> = BTreeMap::new();
    for (_, owner) in listing.ranges() {
        for (city, newest) in queries::list_cities(connection, owner, 1)? {
            let known = cities.entry(city).or_insert(newest);
            if (known.moment, known.id) < (newest.moment, newest.id) {
                *known = newest;
            }
        }
    }
    cities.remove("");
    let newest: Vec<Position> = cities.into_values().collect();
    Ok(read_positions(connection, &newest)?)
}
