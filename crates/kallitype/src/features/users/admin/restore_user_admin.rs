//! `POST /admin/users/{id}/restore`: puts a deleted account back into use.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::app::state::App;
use crate::core::accounts::queries;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::choices::UserStatus;
use crate::core::sessions;
use crate::features::users::admin::find;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    post,
    path = "/api/admin/users/{id}/restore",
    tag = "Users (admin)",
    operation_id = "restoreUserAdmin",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn restore_user_admin(
    State(app): State<App>,
    Id(id): Id,
) -> Result<Json<UserAdminResponseDto>> {
    let restored = app
        .commit(move |connection| restore(connection, id))
        .await?;
    Ok(Json(restored))
}

fn restore(connection: &mut Connection<'_>, id: Uuid) -> Result<UserAdminResponseDto> {
    connection.lock("account", id)?;
    let account = find(connection, id)?;
    match account.status {
        UserStatus::Active => Ok(account),
        UserStatus::Removing => Err(ApiError::bad_request(
            "The user is being removed and cannot be restored",
        )),
        UserStatus::Deleted => {
            queries::set_status(connection, id, UserStatus::Active, None)?;
            sessions::queries::require_sync_reset(connection, id)?;
            find(connection, id)
        }
    }
}
