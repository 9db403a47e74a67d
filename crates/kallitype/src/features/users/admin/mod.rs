//! What administrators do with accounts.

pub(crate) mod create_user_admin;
pub(crate) mod delete_user_admin;
pub(crate) mod dto;
pub(crate) mod get_user_admin;
pub(crate) mod get_user_statistics_admin;
pub(crate) mod restore_user_admin;
pub(crate) mod search_users_admin;
pub(crate) mod update_user_admin;
pub(crate) mod user_preferences_admin;

use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Permission::{AdminUserCreate, AdminUserDelete, AdminUserRead, AdminUserUpdate};
use crate::app::routes::{Routes, Who};
use crate::core::accounts::sign_in::lock_accounts;
use crate::core::accounts::user::UserAdminResponseDto;
use crate::core::accounts::{not_found, queries};
use crate::core::choices::UserStatus;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};

/// Every URL about users that is for administrators only.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::Admin(AdminUserRead),
            routes!(search_users_admin::search_users_admin),
        )
        .add(
            Who::Admin(AdminUserCreate),
            routes!(create_user_admin::create_user_admin),
        )
        .add(
            Who::Admin(AdminUserRead),
            routes!(get_user_admin::get_user_admin),
        )
        .add(
            Who::Admin(AdminUserUpdate),
            routes!(update_user_admin::update_user_admin),
        )
        .add(
            Who::Admin(AdminUserDelete),
            routes!(delete_user_admin::delete_user_admin),
        )
        .add(
            Who::Admin(AdminUserDelete),
            routes!(restore_user_admin::restore_user_admin),
        )
        .add(
            Who::Admin(AdminUserRead),
            routes!(user_preferences_admin::get_user_preferences_admin),
        )
        .add(
            Who::Admin(AdminUserUpdate),
            routes!(user_preferences_admin::update_user_preferences_admin),
        )
        .add(
            Who::Admin(AdminUserRead),
            routes!(get_user_statistics_admin::get_user_statistics_admin),
        )
}

/// Two accounts cannot have one storage label.
fn label_taken() -> ApiError {
    ApiError::bad_request("Storage label already in use by another account")
}

/// Refuses a storage label that another account has.
fn require_free_label(
    connection: &mut Connection<'_>,
    label: Option<&str>,
    own: Option<Uuid>,
) -> Result<()> {
    let Some(label) = label else {
        return Ok(());
    };
    match queries::find_by_label(connection, label)? {
        Some(owner) if Some(owner) != own => Err(label_taken()),
        _ => Ok(()),
    }
}

/// Lets administrators act on each other one after the other, and only while they are administrators: so that there
/// always is one left.
fn require_still_admin(connection: &mut Connection<'_>, admin: Uuid) -> Result<()> {
    lock_accounts(connection)?;
    if queries::is_active_admin(connection, admin)? {
        Ok(())
    } else {
        Err(ApiError::forbidden("Forbidden"))
    }
}

/// An account, in use or not.
fn find(connection: &mut Connection<'_>, id: Uuid) -> Result<UserAdminResponseDto> {
    queries::find(connection, id)?.ok_or_else(not_found)
}

/// An account that is in use.
fn find_active(connection: &mut Connection<'_>, id: Uuid) -> Result<UserAdminResponseDto> {
    let account = find(connection, id)?;
    if account.status == UserStatus::Active {
        Ok(account)
    } else {
        Err(not_found())
    }
}
