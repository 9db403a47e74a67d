//! `POST /search/large-assets`: the largest files.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::asset_details::{AssetDetails, AssetResponseDto};
use crate::core::asset_listing::page::read_positions;
use crate::features::search::dto::{LargeAssetsQuery, With};
use crate::features::search::find::holding;
use crate::features::search::queries;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;
use kallitype_web::version::Wire;

#[utoipa::path(
    post,
    path = "/api/search/large-assets",
    tag = "Search",
    operation_id = "searchLargeAssets",
    params(LargeAssetsQuery),
    responses((status = 200, body = Vec<AssetResponseDto>, description = "")),
)]
pub(crate) async fn search_large_assets(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(query): Queried<LargeAssetsQuery>,
) -> Result<Json<Vec<AssetResponseDto>>> {
    let asking = caller.clone();
    let details = app
        .db
        .scan(move |connection| find_largest(connection, &asking, &query))
        .await?;
    // How large a file is stands there.
    let with = With {
        exif: true,
        people: false,
    };
    Ok(Json(with.present(details, &caller, wire)))
}

fn find_largest(
    connection: &mut Connection<'_>,
    caller: &Caller,
    query: &LargeAssetsQuery,
) -> Result<Vec<AssetDetails>> {
    let filter = query.filter();
    let listing = filter.listing(connection, caller)?;
    let Some(conditions) = filter.conditions(connection, caller, &listing)? else {
        return Ok(Vec::new());
    };
    let conditions = holding(&conditions);
    let min_size = query.min_file_size;
    let largest = queries::list_largest(connection, &listing, min_size, query.size, &conditions)?;
    Ok(read_positions(connection, &largest)?)
}
