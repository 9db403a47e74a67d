//! `GET /users/me`: the caller's own account.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts::queries;
use crate::core::accounts::user::UserAdminResponseDto;
use kallitype_web::error::{ApiError, Result};

#[utoipa::path(
    get,
    path = "/api/users/me",
    tag = "Users",
    operation_id = "getMyUser",
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn get_my_user(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<UserAdminResponseDto>> {
    let id = caller.user_id()?;
    let found = app
        .db
        .read(move |connection| queries::find(connection, id))
        .await?;
    found
        .map(Json)
        .ok_or_else(|| ApiError::unauthorized("Authentication required"))
}
