//! `GET /admin/users/{id}`: an account, in use or not.

use axum::Json;
use axum::extract::State;

use super::find;
use crate::http::error::Result;
use crate::http::fields::Id;
use crate::http::state::App;
use crate::users::UserAdminResponseDto;

#[utoipa::path(
    get,
    path = "/api/admin/users/{id}",
    tag = "Users (admin)",
    operation_id = "getUserAdmin",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub async fn get_user_admin(
    State(app): State<App>,
    Id(id): Id,
) -> Result<Json<UserAdminResponseDto>> {
    let found = app.db.read(move |connection| find(connection, id)).await?;
    Ok(Json(found))
}
