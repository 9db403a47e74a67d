//! Signing in: accounts, sessions, passwords and PINs.

pub mod begin_session;
mod change_password;
pub(crate) mod device;
pub mod dto;
mod get_auth_status;
pub mod login;
mod logout;
mod pin_code;
pub mod queries;
mod session_lock;
mod sign_up_admin;
mod validate_access_token;

pub use dto::pin;
pub use queries::{NewAccount, create_account, find_session, list_accounts, reset_password};

use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Permission::{
    All, AuthChangePassword, PinCodeCreate, PinCodeDelete, PinCodeUpdate,
};
use crate::http::routes::{Routes, Who};
use crate::http::state::App;
use crate::http::time::now;

/// How often it is noted that a session is in use, in microseconds.
pub const SESSION_TOUCH_INTERVAL: i64 = 60 * 60 * 1_000_000;

/// Every URL about signing in, with who may call it.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
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

/// Notes that a session is in use; no request waits for it.
pub fn touch_session(app: &App, id: Uuid) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = app
            .db
            .write(move |connection| queries::touch_session(connection, id, now()))
            .await
        {
            tracing::warn!(%error, "a session's use could not be noted");
        }
    });
}
