//! `GET /users/{id}`: what others see of a user.

use axum::Json;
use axum::extract::State;

use super::{UserResponseDto, find_public, not_found};
use crate::http::error::Result;
use crate::http::fields::Id;
use crate::http::state::App;

#[utoipa::path(
    get,
    path = "/api/users/{id}",
    tag = "Users",
    operation_id = "getUser",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UserResponseDto, description = "")),
)]
pub async fn get_user(State(app): State<App>, Id(id): Id) -> Result<Json<UserResponseDto>> {
    let found = app
        .db
        .read(move |connection| find_public(connection, &[id]))
        .await?;
    found.into_iter().next().map(Json).ok_or_else(not_found)
}
