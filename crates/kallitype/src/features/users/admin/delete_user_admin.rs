//! `DELETE /admin/users/{id}`: takes an account out of use. It goes for good after the grace period, or with `force`
//! as soon as a job comes to it.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::accounts::{expiry, not_found};
use crate::core::choices::UserStatus;
use crate::features::users::admin::dto::UserAdminDeleteDto;
use crate::features::users::admin::{find, require_still_admin};
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};

#[utoipa::path(
    delete,
    path = "/api/admin/users/{id}",
    tag = "Users (admin)",
    operation_id = "deleteUserAdmin",
    params(("id" = uuid::Uuid, Path)),
    request_body = UserAdminDeleteDto,
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn delete_user_admin(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<UserAdminDeleteDto>,
) -> Result<Json<UserAdminResponseDto>> {
    let admin = caller.user_id()?;
    let is_final = dto.force.unwrap_or(false);
    let deleted = app
        .commit(move |connection| delete(connection, admin, id, is_final))
        .await?;
    Ok(Json(deleted))
}

fn delete(
    connection: &mut Connection<'_>,
    admin: Uuid,
    id: Uuid,
    is_final: bool,
) -> Result<UserAdminResponseDto> {
    require_still_admin(connection, admin)?;
    let is_deletable = match find(connection, id)?.status {
        UserStatus::Active => true,
        // The grace period can be cut short.
        UserStatus::Deleted => is_final,
        UserStatus::Removing => false,
    };
    if !is_deletable {
        return Err(not_found());
    }
    if id == admin {
        return Err(ApiError::forbidden("Cannot delete your own account"));
    }
    expiry::begin(connection, id, is_final)?;
    find(connection, id)
}
