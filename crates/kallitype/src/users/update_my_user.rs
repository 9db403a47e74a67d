//! `PUT /users/me`: changes the caller's own account.

use axum::Json;
use axum::extract::State;

use super::dto::UserUpdateMeDto;
use super::{UserAdminResponseDto, queries};
use crate::access::Caller;
use crate::db::DatabaseError;
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
    let hash = match dto.password.clone() {
        Some(password) => Some(password::hash(&app, password).await?),
        None => None,
    };
    let updated = app
        .db
        .write(move |connection| {
            queries::update(connection, id, &dto, hash.as_deref())?;
            queries::find(connection, id)
        })
        .await;
    let updated = match updated {
        Err(DatabaseError::Duplicate) => {
            return Err(ApiError::bad_request(
                "Email already in use by another account",
            ));
        }
        updated => updated?,
    };
    library::journal_account(&app, id).await;
    updated
        .map(Json)
        .ok_or_else(|| ApiError::internal("an account vanished while it was changed"))
}
