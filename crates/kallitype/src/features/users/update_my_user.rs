//! `PUT /users/me`: changes the caller's own account.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::password;
use crate::app::state::App;
use crate::core::accounts::queries::AccountChanges;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::accounts::{email_taken, queries};
use crate::features::users::dto::UserUpdateMeDto;
use crate::features::users::require_whole_account;
use kallitype_db::DatabaseError;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    put,
    path = "/api/users/me",
    tag = "Users",
    operation_id = "updateMyUser",
    request_body = UserUpdateMeDto,
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn update_my_user(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<UserUpdateMeDto>,
) -> Result<Json<UserAdminResponseDto>> {
    let id = caller.user_id()?;
    if dto.password.is_some() {
        require_whole_account(&caller)?;
    }
    let has_new_password = dto.password.is_some();
    let changes = AccountChanges {
        email: dto.email,
        name: dto.name,
        avatar_color: dto.avatar_color,
        password_hash: password::hash_some(&app, dto.password).await?,
        should_change_password: has_new_password.then_some(false),
        ..AccountChanges::default()
    };
    let updated = app
        .commit(move |connection| {
            match queries::update(connection, id, &changes) {
                Err(DatabaseError::Duplicate) => return Err(email_taken()),
                done => done?,
            }
            queries::find(connection, id)?
                .ok_or_else(|| ApiError::internal("an account vanished while it was changed"))
        })
        .await?;
    Ok(Json(updated))
}
