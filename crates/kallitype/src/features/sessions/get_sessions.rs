//! `GET /sessions`: where the caller is signed in.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::{App, idle_limit};
use crate::features::sessions::dto::SessionResponseDto;
use crate::features::sessions::{current, queries};
use kallitype_web::error::Result;
use kallitype_web::time::now;

#[utoipa::path(
    get,
    path = "/api/sessions",
    tag = "Sessions",
    operation_id = "getSessions",
    responses((status = 200, body = Vec<SessionResponseDto>, description = "")),
)]
pub(crate) async fn get_sessions(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Vec<SessionResponseDto>>> {
    let (user, current) = (caller.user_id()?, current(&caller)?);
    let idle_limit = idle_limit(&app);
    Ok(Json(
        app.db
            .read(move |connection| queries::list(connection, user, current, now(), idle_limit))
            .await?,
    ))
}
