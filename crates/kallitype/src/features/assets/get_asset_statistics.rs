//! `GET /assets/statistics`: how many pictures and videos the caller has. The counts are kept, not counted.

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Listing};
use crate::app::state::App;
use crate::core::assets::model::AssetStatsResponseDto;
use crate::core::assets::queries::CountFilter;
use crate::core::assets::statistics::statistics;
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/assets/statistics",
    tag = "Assets",
    operation_id = "getAssetStatistics",
    params(CountFilter),
    responses((status = 200, body = AssetStatsResponseDto, description = "")),
)]
pub(crate) async fn get_asset_statistics(
    State(app): State<App>,
    caller: Caller,
    Queried(filter): Queried<CountFilter>,
) -> Result<Json<AssetStatsResponseDto>> {
    let listing = Listing::own(&caller, &filter.sections())?;
    let counted = app
        .db
        .read(move |connection| statistics(connection, &listing, filter.is_favorite))
        .await?;
    Ok(Json(counted))
}
