//! `POST /search/statistics`: how many assets there are.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::features::search::dto::{SearchStatisticsResponseDto, StatisticsSearchDto};
use crate::features::search::find::count;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/search/statistics",
    tag = "Search",
    operation_id = "searchAssetStatistics",
    request_body(content = StatisticsSearchDto),
    responses((status = 200, body = SearchStatisticsResponseDto, description = "")),
)]
pub(crate) async fn search_asset_statistics(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<StatisticsSearchDto>,
) -> Result<Json<SearchStatisticsResponseDto>> {
    let filter = request.filter();
    let total = app
        .db
        .scan(move |connection| count(connection, &caller, &filter))
        .await?;
    Ok(Json(SearchStatisticsResponseDto { total }))
}
