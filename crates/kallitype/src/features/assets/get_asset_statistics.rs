//! `GET /assets/statistics`: how many pictures and videos the caller has. The counts are kept, not counted.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::assets::model::AssetStatsResponseDto;
use crate::core::assets::queries::CountFilter;
use crate::core::assets::statistics::statistics;
use kallitype_web::error::{ApiError, Result};
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
    let principal = caller.principal()?;
    if filter.asks_for_locked() && !principal.is_elevated() {
        return Err(ApiError::unauthorized("Elevated permission is required"));
    }
    let owner = principal.user.id;
    let counted = app
        .db
        .read(move |connection| statistics(connection, owner, filter))
        .await?;
    Ok(Json(counted))
}
