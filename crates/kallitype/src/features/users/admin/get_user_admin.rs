//! `GET /admin/users/{id}`: an account, in use or not.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::features::users::admin::find;
use kallitype_web::error::Result;
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/admin/users/{id}",
    tag = "Users (admin)",
    operation_id = "getUserAdmin",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn get_user_admin(
    State(app): State<App>,
    Id(id): Id,
) -> Result<Json<UserAdminResponseDto>> {
    let found = app.db.read(move |connection| find(connection, id)).await?;
    Ok(Json(found))
}
