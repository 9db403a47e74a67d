//! `POST /auth/change-password`: replaces the caller's password.

use axum::Json;
use axum::extract::State;

use super::dto::ChangePasswordDto;
use super::{pin_code, queries};
use crate::access::Caller;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::password;
use crate::http::state::App;
use crate::library;
use crate::users::{self, UserAdminResponseDto};

#[utoipa::path(
    post,
    path = "/api/auth/change-password",
    tag = "Authentication",
    operation_id = "changePassword",
    request_body = ChangePasswordDto,
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub async fn change_password(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<ChangePasswordDto>,
) -> Result<Json<UserAdminResponseDto>> {
    let id = caller.user_id()?;
    let kept_session = caller
        .principal()?
        .session
        .as_ref()
        .map(|session| session.id);
    if !pin_code::matches_password(&app, id, dto.password).await? {
        return Err(ApiError::bad_request("Wrong password"));
    }
    let hash = password::hash(&app, dto.new_password).await?;
    let changed = app
        .db
        .write(move |connection| {
            queries::set_password(connection, id, &hash, false)?;
            if dto.invalidate_sessions {
                queries::delete_sessions(connection, id, kept_session)?;
            }
            users::queries::find(connection, id)
        })
        .await?;
    library::journal_account(&app, id).await;
    changed
        .map(Json)
        .ok_or_else(|| ApiError::internal("an account vanished while it was changed"))
}
