//! `POST /auth/admin-sign-up`: makes the first account, which is the administrator's.

use axum::extract::State;
use axum::response::Response;

use super::dto::SignUpDto;
use super::queries::{self, NewAccount};
use crate::db::DatabaseError;
use crate::http::created;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::password;
use crate::http::state::App;
use crate::library;
use crate::users::{self, UserAdminResponseDto, email_taken};

#[utoipa::path(
    post,
    path = "/api/auth/admin-sign-up",
    tag = "Authentication",
    operation_id = "signUpAdmin",
    request_body = SignUpDto,
    responses((status = 201, body = UserAdminResponseDto, description = "")),
)]
pub async fn sign_up_admin(State(app): State<App>, Body(dto): Body<SignUpDto>) -> Result<Response> {
    refuse_second(app.db.read(queries::has_admin).await?)?;
    let account = NewAccount {
        email: dto.email,
        name: dto.name,
        password_hash: password::hash(&app, dto.password).await?,
        is_admin: true,
        should_change_password: false,
        quota_bytes: None,
    };
    let made = app
        .db
        .write(move |connection| {
            queries::wait_for_turn(connection)?;
            refuse_second(queries::has_admin(connection)?)?;
            let id = match queries::create_account(connection, &account) {
                Err(DatabaseError::Duplicate) => return Err(email_taken()),
                made => made?,
            };
            let made = users::queries::find(connection, id)?;
            made.ok_or_else(|| ApiError::internal("an account vanished while it was made"))
        })
        .await?;
    library::journal_account(&app, made.id).await;
    Ok(created(made))
}

fn refuse_second(has_admin: bool) -> Result<()> {
    if has_admin {
        Err(ApiError::bad_request("The server already has an admin"))
    } else {
        Ok(())
    }
}
