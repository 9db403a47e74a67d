//! `GET /sessions`: where the caller is signed in.

use axum::Json;
use axum::extract::State;

use super::dto::SessionResponseDto;
use super::{current, queries};
use crate::access::Caller;
use crate::http::error::Result;
use crate::http::state::App;

#[utoipa::path(
    get,
    path = "/api/sessions",
    tag = "Sessions",
    operation_id = "getSessions",
    responses((status = 200, body = Vec<SessionResponseDto>, description = "")),
)]
pub async fn get_sessions(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Vec<SessionResponseDto>>> {
    let (user, current) = (caller.user_id()?, current(&caller)?);
    Ok(Json(
        app.db
            .read(move |connection| queries::list(connection, user, current))
            .await?,
    ))
}
