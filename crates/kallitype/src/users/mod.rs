//! The people who keep their photos here.

mod dto;
mod get_my_user;
pub mod queries;
mod update_my_user;

pub use dto::{AvatarColor, COLUMNS, UserAdminResponseDto, UserResponseDto};
pub use queries::is_active;

use axum::routing::get;
use utoipa_axum::routes;

use crate::access::Permission::{UserRead, UserUpdate};
use crate::http::error::ApiError;
use crate::http::routes::{Routes, Who};

/// Every URL about one's own account, with who may call it.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(Who::User(UserRead), routes!(get_my_user::get_my_user))
        .add(
            Who::User(UserUpdate),
            routes!(update_my_user::update_my_user),
        )
        // Version 2 of the official command line client still uses the path of API 1.
        .alias(
            Who::User(UserRead),
            "GET",
            "/api/user/me",
            get(get_my_user::get_my_user),
        )
}

/// Two accounts cannot have one address.
#[must_use]
pub fn email_taken() -> ApiError {
    ApiError::bad_request("Email already in use by another account")
}
