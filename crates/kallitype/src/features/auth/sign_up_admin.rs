//! `POST /auth/admin-sign-up`: makes the first account, which is the administrator's.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use crate::app::origin::require_own_page;
use crate::app::password;
use crate::app::state::App;
use crate::core::accounts;
use crate::core::accounts::email_taken;
use crate::core::accounts::sign_in;
use crate::core::accounts::sign_in::NewAccount;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::features::auth::dto::SignUpDto;
use kallitype_db::DatabaseError;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::response::created;

#[utoipa::path(
    post,
    path = "/api/auth/admin-sign-up",
    tag = "Authentication",
    operation_id = "signUpAdmin",
    request_body = SignUpDto,
    responses((status = 201, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn sign_up_admin(
    State(app): State<App>,
    headers: HeaderMap,
    Body(dto): Body<SignUpDto>,
) -> Result<Response> {
    // Or any page makes itself the administrator of a new server that its visitors can reach.
    require_own_page(&app.config(), &headers)?;
    refuse_second(app.db.read(sign_in::has_admin).await?)?;
    let account = NewAccount {
        email: dto.email,
        name: dto.name,
        password_hash: password::hash(&app, dto.password).await?,
        is_admin: true,
        should_change_password: false,
        quota_bytes: None,
    };
    let made = app
        .commit(move |connection| {
            sign_in::lock_accounts(connection)?;
            refuse_second(sign_in::has_admin(connection)?)?;
            let id = match sign_in::create_account(connection, &account) {
                Err(DatabaseError::Duplicate) => return Err(email_taken()),
                made => made?,
            };
            let made = accounts::queries::find(connection, id)?;
            made.ok_or_else(|| ApiError::internal("an account vanished while it was made"))
        })
        .await?;
    Ok(created(made))
}

fn refuse_second(has_admin: bool) -> Result<()> {
    if has_admin {
        Err(ApiError::bad_request("The server already has an admin"))
    } else {
        Ok(())
    }
}
