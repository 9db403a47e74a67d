//! `GET /activities/statistics`: how much was said in an album, or about a picture in it.

use axum::Json;
use axum::extract::State;

use crate::access::{AlbumAction, Caller, require_album};
use crate::app::state::App;
use crate::features::activities::dto::{ActivityStatisticsQuery, ActivityStatisticsResponseDto};
use crate::features::activities::queries;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/activities/statistics",
    tag = "Activities",
    operation_id = "getActivityStatistics",
    params(ActivityStatisticsQuery),
    responses((status = 200, body = ActivityStatisticsResponseDto, description = "")),
)]
pub(crate) async fn get_activity_statistics(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<ActivityStatisticsQuery>,
) -> Result<Json<ActivityStatisticsResponseDto>> {
    let counts = app
        .db
        .scan(move |connection| {
            require_album(connection, &caller, AlbumAction::Read, query.album_id)?;
            Ok::<_, ApiError>(queries::count(connection, query.album_id, query.asset_id)?)
        })
        .await?;
    Ok(Json(counts))
}
