//! `PUT /users/me`: changes the caller's own account.

use axum::Json;
use axum::extract::State;

use super::dto::UserUpdateMeDto;
use super::{UserAdminResponseDto, email_taken, queries};
use crate::access::{Caller, Permission, Principal};
use crate::db::DatabaseError;
use crate::http::authentication::missing_permission;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::password;
use crate::http::state::App;
use crate::library;

#[utoipa::path(
    put,
    path = "/api/users/me",
    tag = "Users",
    operation_id = "updateMyUser",
    request_body = UserUpdateMeDto,
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub async fn update_my_user(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<UserUpdateMeDto>,
) -> Result<Json<UserAdminResponseDto>> {
    let id = caller.user_id()?;
    if dto.password.is_some() {
        require_whole_account(caller.principal()?)?;
    }
    let hash = match dto.password.clone() {
        Some(password) => Some(password::hash(&app, password).await?),
        None => None,
    };
    let updated = app
        .db
        .write(move |connection| {
            match queries::update(connection, id, &dto, hash.as_deref()) {
                Err(DatabaseError::Duplicate) => return Err(email_taken()),
                done => done?,
            }
            queries::find(connection, id)?
                .ok_or_else(|| ApiError::internal("an account vanished while it was changed"))
        })
        .await?;
    library::journal_account(&app, id).await;
    Ok(Json(updated))
}

/// Whoever sets the password can sign in with it and do everything, so a key that may do less must not.
fn require_whole_account(principal: &Principal) -> Result<()> {
    if principal.allows(Permission::All) {
        Ok(())
    } else {
        Err(missing_permission(Permission::All))
    }
}
