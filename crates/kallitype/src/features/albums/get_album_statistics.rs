//! `GET /albums/statistics`: how many albums the caller has.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::albums::album::AlbumStatisticsResponseDto;
use crate::core::albums::queries;
use kallitype_web::error::Result;

#[utoipa::path(
    get,
    path = "/api/albums/statistics",
    tag = "Albums",
    operation_id = "getAlbumStatistics",
    responses((status = 200, body = AlbumStatisticsResponseDto, description = "")),
)]
pub(crate) async fn get_album_statistics(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<AlbumStatisticsResponseDto>> {
    let user = caller.user_id()?;
    let counts = app
        .db
        .scan(move |connection| queries::count(connection, user))
        .await?;
    Ok(Json(counts))
}
