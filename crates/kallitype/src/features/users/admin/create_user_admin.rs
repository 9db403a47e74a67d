//! `POST /admin/users`: makes an account.

use axum::extract::State;
use axum::response::Response;

use crate::access::Caller;
use crate::app::password;
use crate::app::state::App;
use crate::core::accounts::queries;
use crate::core::accounts::queries::AccountChanges;
use crate::core::accounts::sign_in::{NewAccount, create_account};
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::notifications::events;
use crate::features::users::admin::dto::UserAdminCreateDto;
use crate::features::users::admin::{find, require_free_label};
use crate::features::users::require_whole_account;
use kallitype_db::DatabaseError;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::response::created;

#[utoipa::path(
    post,
    path = "/api/admin/users",
    tag = "Users (admin)",
    operation_id = "createUserAdmin",
    request_body = UserAdminCreateDto,
    responses((status = 201, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn create_user_admin(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<UserAdminCreateDto>,
) -> Result<Response> {
    let is_admin = dto.is_admin.unwrap_or(false);
    if is_admin {
        require_whole_account(&caller)?;
    }
    let account = NewAccount {
        email: dto.email,
        name: dto.name,
        password_hash: password::hash(&app, dto.password.clone()).await?,
        is_admin,
        should_change_password: dto.should_change_password.unwrap_or(true),
        quota_bytes: dto.quota_size_in_bytes,
    };
    let further = AccountChanges {
        avatar_color: dto.avatar_color.map(Some),
        storage_label: dto.storage_label.map(Some),
        ..AccountChanges::default()
    };
    let mail = app.post_options();
    let initial_password = dto.notify.unwrap_or(false).then_some(dto.password);
    let made = app
        .commit(move |connection| {
            let label = further.storage_label.as_ref().and_then(Option::as_deref);
            require_free_label(connection, label, None)?;
            let id = match create_account(connection, &account) {
                Err(DatabaseError::Duplicate) => {
                    return Err(ApiError::bad_request("User exists"));
                }
                made => made?,
            };
            queries::update(connection, id, &further)?;
            if let Some(password) = &initial_password {
                events::account_created(connection, mail, id, Some(password))?;
            }
            find(connection, id)
        })
        .await?;
    Ok(created(made))
}
