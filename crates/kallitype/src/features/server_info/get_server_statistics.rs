//! `GET /server/statistics`: what all users keep.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::features::server_info::dto::{ServerStatsResponseDto, UsageByUserDto};
use crate::features::server_info::queries;
use kallitype_web::error::Result;

#[utoipa::path(
    get,
    path = "/api/server/statistics",
    tag = "Server",
    operation_id = "getServerStatistics",
    responses((status = 200, body = ServerStatsResponseDto, description = "")),
)]
pub(crate) async fn get_server_statistics(
    State(app): State<App>,
) -> Result<Json<ServerStatsResponseDto>> {
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
