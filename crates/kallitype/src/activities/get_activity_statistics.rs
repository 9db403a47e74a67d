//! `GET /activities/statistics`: how much was said in an album, or about a picture in it.

use axum::Json;
use axum::extract::State;

use super::dto::{ActivityQuery, ActivityStatisticsResponseDto};
use super::queries;
use crate::access::{AlbumNeed, Caller, require_album};
use crate::http::error::{ApiError, Result};
use crate::http::fields::Queried;
use crate::http::state::App;

#[utoipa::path(
    get,
    path = "/api/activities/statistics",
    tag = "Activities",
    operation_id = "getActivityStatistics",
    params(
        ("albumId" = uuid::Uuid, Query),
        ("assetId" = Option<uuid::Uuid>, Query, nullable = false),
    ),
    responses((status = 200, body = ActivityStatisticsResponseDto, description = "")),
)]
pub async fn get_activity_statistics(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<ActivityQuery>,
) -> Result<Json<ActivityStatisticsResponseDto>> {
    let counts = app
        .db
        .read(move |connection| {
            require_album(connection, &caller, AlbumNeed::Read, query.album_id)?;
            Ok::<_, ApiError>(queries::count(connection, query.album_id, query.asset_id)?)
        })
        .await?;
    Ok(Json(counts))
}
