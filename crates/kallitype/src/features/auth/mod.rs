//! Signing in: accounts, sessions, passwords and PINs.

pub(crate) mod change_password;
pub(crate) mod dto;
pub(crate) mod get_auth_status;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod pin_code;
pub(crate) mod session_lock;
pub(crate) mod sign_up_admin;
pub(crate) mod validate_access_token;

use utoipa_axum::routes;

use crate::access::Permission::{
    All, AuthChangePassword, PinCodeCreate, PinCodeDelete, PinCodeUpdate,
};
use crate::app::routes::{Routes, Who};

/// Every URL about signing in, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(Who::Anyone, routes!(sign_up_admin::sign_up_admin))
        .add(Who::Anyone, routes!(login::login))
        .add(Who::User(All), routes!(logout::logout))
        .add(
            Who::User(All),
            routes!(validate_access_token::validate_access_token),
        )
        .add(
            Who::User(AuthChangePassword),
            routes!(change_password::change_password),
        )
        .add(Who::User(All), routes!(get_auth_status::get_auth_status))
        .add(Who::User(PinCodeCreate), routes!(pin_code::setup_pin_code))
        .add(Who::User(PinCodeUpdate), routes!(pin_code::change_pin_code))
        .add(Who::User(PinCodeDelete), routes!(pin_code::reset_pin_code))
        .add(Who::User(All), routes!(session_lock::unlock_auth_session))
        .add(Who::User(All), routes!(session_lock::lock_auth_session))
}
