//! `GET /users`: whom one can share with.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts::queries;
use crate::core::accounts::user::UserResponseDto;
use kallitype_web::error::Result;

#[utoipa::path(
    get,
    path = "/api/users",
    tag = "Users",
    operation_id = "searchUsers",
    responses((status = 200, body = Vec<UserResponseDto>, description = "")),
)]
pub(crate) async fn search_users(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Vec<UserResponseDto>>> {
    let user = caller.principal()?.user.clone();
    if user.is_admin || app.config().server.public_users {
        return Ok(Json(app.db.scan(queries::list_public).await?));
    }
    let own = app
        .db
        .read(move |connection| queries::find_public(connection, &[user.id]))
        .await?;
    Ok(Json(own))
}
