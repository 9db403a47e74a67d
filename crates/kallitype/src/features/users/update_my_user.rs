//! `PUT /users/me`: changes the caller's own account.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::password;
use crate::app::state::App;
use crate::core::accounts::queries::AccountChanges;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::accounts::{email_taken, queries};
use crate::core::assets::quota::out_of_use;
use crate::features::users::dto::UserUpdateMeDto;
use crate::features::users::require_whole_account;
use kallitype_db::{Connection, DatabaseError};
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
    let has_new_password = dto.password.is_some();
    // An address is a way in, too: a provider may vouch for it.
    if has_new_password || dto.email.is_some() {
        require_whole_account(&caller)?;
    }
    if has_new_password {
        // Refused before anything is hashed, and again when it counts.
        app.db
            .read(move |connection| require_asked_for(connection, id))
            .await?;
    }
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
            if has_new_password {
                require_asked_for(connection, id)?;
            }
            match queries::update(connection, id, &changes) {
                Err(DatabaseError::Duplicate) => return Err(email_taken()),
                done => done?,
            }
            queries::find(connection, id)?.ok_or_else(out_of_use)
        })
        .await?;
    Ok(Json(updated))
}

/// A password is changed with the present one, at `/auth/change-password`; without, only when someone else chose the
/// present one and a change was asked for.
fn require_asked_for(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    match queries::find(connection, id)? {
        Some(account) if account.should_change_password => Ok(()),
        _ => Err(ApiError::bad_request(
            "The present password is required: use POST /auth/change-password",
        )),
    }
}
