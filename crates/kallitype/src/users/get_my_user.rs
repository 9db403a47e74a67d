//! `GET /users/me`: the caller's own account.

use axum::Json;
use axum::extract::State;

use super::{UserAdminResponseDto, queries};
use crate::access::Caller;
use crate::http::error::{ApiError, Result};
use crate::http::state::App;

#[utoipa::path(
    get,
    path = "/api/users/me",
    tag = "Users",
    operation_id = "getMyUser",
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub async fn get_my_user(
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
