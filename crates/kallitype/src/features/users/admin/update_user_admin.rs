//! `PUT /admin/users/{id}`: changes an account.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::{Caller, Principal};
use crate::app::password;
use crate::app::state::App;
use crate::core::accounts::queries::AccountChanges;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::accounts::{email_taken, queries};
use crate::core::sessions::queries::{delete_sessions, lock_sessions};
use crate::features::users::admin::dto::UserAdminUpdateDto;
use crate::features::users::admin::{find, find_active, require_free_label, require_still_admin};
use crate::features::users::require_whole_account;
use kallitype_db::{Connection, DatabaseError};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};

#[utoipa::path(
    put,
    path = "/api/admin/users/{id}",
    tag = "Users (admin)",
    operation_id = "updateUserAdmin",
    params(("id" = uuid::Uuid, Path)),
    request_body = UserAdminUpdateDto,
    responses((status = 200, body = UserAdminResponseDto, description = "")),
)]
pub(crate) async fn update_user_admin(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<UserAdminUpdateDto>,
) -> Result<Json<UserAdminResponseDto>> {
    // Refused before anything is hashed, and again when it counts.
    app.db
        .read(move |connection| find_active(connection, id))
        .await?;
    let changes = changes(&app, dto).await?;
    let updated = app
        .commit(move |connection| update(connection, &caller, id, &changes))
        .await?;
    Ok(Json(updated))
}

async fn changes(app: &App, dto: UserAdminUpdateDto) -> Result<AccountChanges> {
    let pin_hash = match dto.pin_code {
        Some(pin) => Some(password::hash_some(app, pin).await?),
        None => None,
    };
    Ok(AccountChanges {
        email: dto.email,
        name: dto.name,
        avatar_color: dto.avatar_color,
        password_hash: password::hash_some(app, dto.password).await?,
        should_change_password: dto.should_change_password,
        pin_hash,
        is_admin: dto.is_admin,
        quota_bytes: dto.quota_size_in_bytes,
        storage_label: dto.storage_label,
    })
}

fn update(
    connection: &mut Connection<'_>,
    caller: &Caller,
    id: Uuid,
    changes: &AccountChanges,
) -> Result<UserAdminResponseDto> {
    let principal = caller.principal()?;
    require_still_admin(connection, principal.user.id)?;
    let account = find_active(connection, id)?;
    if principal.user.id == id && changes.is_admin == Some(false) {
        let refusal = "Admin status can only be changed by another admin";
        return Err(ApiError::bad_request(refusal));
    }
    if principal.user.id == id && opens_account(&account, changes) {
        let refusal = "Change your own password and PIN with the present ones: \
             use POST /auth/change-password and PUT /auth/pin-code";
        return Err(ApiError::bad_request(refusal));
    }
    if gives_away_admin(&account, changes) {
        require_whole_account(caller)?;
    }
    let label = changes.storage_label.as_ref().and_then(Option::as_deref);
    require_free_label(connection, label, Some(id))?;
    match queries::update(connection, id, changes) {
        Err(DatabaseError::Duplicate) => return Err(email_taken()),
        done => done?,
    }
    close(connection, principal, id, changes)?;
    find(connection, id)
}

/// Whether whoever has a session of the account, but not its password, would be let further in by this.
fn opens_account(account: &UserAdminResponseDto, changes: &AccountChanges) -> bool {
    let asks_for_a_change = changes.should_change_password == Some(true);
    changes.password_hash.is_some()
        || changes.pin_hash.is_some()
        || asks_for_a_change && !account.should_change_password
}

/// Whether someone could become an administrator by this, or take an administrator's account over.
fn gives_away_admin(account: &UserAdminResponseDto, changes: &AccountChanges) -> bool {
    let gives_access = changes.password_hash.is_some()
        || changes.pin_hash.is_some()
        || changes.email.is_some()
        || changes.is_admin.is_some();
    changes.is_admin == Some(true) || account.is_admin && gives_access
}

/// Ends what was opened with secrets that do not hold any more; an administrator's own session goes on.
fn close(
    connection: &mut Connection<'_>,
    principal: &Principal,
    id: Uuid,
    changes: &AccountChanges,
) -> Result<()> {
    if changes.password_hash.is_some() {
        let own = principal.session.as_ref().map(|session| session.id);
        delete_sessions(connection, id, own)?;
    }
    if changes.pin_hash.is_some() {
        lock_sessions(connection, id)?;
    }
    Ok(())
}
