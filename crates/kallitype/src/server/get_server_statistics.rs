//! `GET /server/statistics`: what all users keep.

use axum::Json;
use axum::extract::State;

use super::dto::{ServerStatsResponseDto, UsageByUserDto};
use super::queries;
use crate::http::error::Result;
use crate::http::state::App;

#[utoipa::path(
    get,
    path = "/api/server/statistics",
    tag = "Server",
    operation_id = "getServerStatistics",
    responses((status = 200, body = ServerStatsResponseDto, description = "")),
)]
pub async fn get_server_statistics(State(app): State<App>) -> Result<Json<ServerStatsResponseDto>> {
    let usage_by_user = app.db.scan(queries::list_usage).await?;
    let sum = |of: fn(&UsageByUserDto) -> i64| usage_by_user.iter().map(of).sum();
    Ok(Json(ServerStatsResponseDto {
        photos: sum(|user| user.photos),
        videos: sum(|user| user.videos),
        usage: sum(|user| user.usage),
        usage_photos: sum(|user| user.usage_photos),
        usage_videos: sum(|user| user.usage_videos),
        usage_by_user,
    }))
}
