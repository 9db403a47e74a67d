//! `GET /activities`: what people said in an album.

use axum::Json;
use axum::extract::State;

use super::dto::{ActivityQuery, ActivityResponseDto, ReactionLevel, ReactionType};
use super::queries;
use crate::access::{AlbumNeed, Caller, require_album};
use crate::http::error::{ApiError, Result};
use crate::http::fields::Queried;
use crate::http::state::App;

#[utoipa::path(
    get,
    path = "/api/activities",
    tag = "Activities",
    operation_id = "getActivities",
    params(
        ("albumId" = uuid::Uuid, Query),
        ("assetId" = Option<uuid::Uuid>, Query, nullable = false),
        ("level" = Option<ReactionLevel>, Query, nullable = false),
        ("type" = Option<ReactionType>, Query, nullable = false),
        ("userId" = Option<uuid::Uuid>, Query, nullable = false),
    ),
    responses((status = 200, body = Vec<ActivityResponseDto>, description = "")),
)]
pub async fn get_activities(
    State(app): State<App>,
    caller: Caller,
    Queried(query): Queried<ActivityQuery>,
) -> Result<Json<Vec<ActivityResponseDto>>> {
    let said = app
        .db
        .scan(move |connection| {
            require_album(connection, &caller, AlbumNeed::Read, query.album_id)?;
            Ok::<_, ApiError>(queries::list(connection, &query)?)
        })
        .await?;
    Ok(Json(said))
}
