//! `POST /auth/change-password`: replaces the caller's password.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::password;
use crate::app::state::App;
use crate::core::accounts;
use crate::core::accounts::sign_in;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::assets::quota::out_of_use;
use crate::core::sessions;
use crate::features::auth::dto::ChangePasswordDto;
use crate::features::auth::pin_code;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/auth/change-password",
    tag = "Authentication",
    operation_id = "changePassword",
    request_body = ChangePasswordDto,
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn change_password(
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
        .commit(move |connection| {
            sign_in::set_password(connection, id, &hash, false)?;
            if dto.invalidate_sessions {
                sessions::queries::delete_sessions(connection, id, kept_session)?;
            }
            accounts::queries::find(connection, id)
        })
        .await?;
    changed.map(Json).ok_or_else(out_of_use)
}
