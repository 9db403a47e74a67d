//! Accounts: their rows, their preferences, and how someone signs in.

pub(crate) mod expiry;
pub(crate) mod label;
pub(crate) mod pin;
pub(crate) mod preferences;
pub(crate) mod profile_image;
pub(crate) mod queries;
pub(crate) mod sign_in;
pub(crate) mod user;

use kallitype_web::error::ApiError;

/// Two accounts cannot have one address.
#[must_use]
pub(crate) fn email_taken() -> ApiError {
    ApiError::bad_request("Email already in use by another account")
}

/// The answer to whoever asks for someone who is not there, or not any more.
#[must_use]
pub(crate) fn not_found() -> ApiError {
    ApiError::bad_request("User not found")
}
