//! `GET /users/{id}`: what others see of a user.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::core::accounts::not_found;
use crate::core::accounts::queries::find_public;
use crate::core::accounts::user::UserResponseDto;
use kallitype_web::error::Result;
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/users/{id}",
    tag = "Users",
    operation_id = "getUser",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UserResponseDto, description = "")),
)]
pub(crate) async fn get_user(State(app): State<App>, Id(id): Id) -> Result<Json<UserResponseDto>> {
    let found = app
        .db
        .read(move |connection| find_public(connection, &[id]))
        .await?;
    found.into_iter().next().map(Json).ok_or_else(not_found)
}
