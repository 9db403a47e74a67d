//! The wire of signing in.

use serde::Serialize;
use utoipa::ToSchema;

use crate::core::accounts::pin::pin;
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;

request! {
    /// The first account.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SignUpDto {
        #[schema(format = Email, example = "someone@example.org")]
        email: String = email(),
        name: String = limited(MAX_NAME, Fields::required_text),
        password: String = required_text(),
    }
}

request! {
    /// Who wants to sign in.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct LoginCredentialDto {
        #[schema(format = Email, example = "someone@example.org")]
        email: String = email(),
        password: String = required_text(),
    }
}

/// Where to go after signing out.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogoutResponseDto {
    pub redirect_uri: String,
    pub successful: bool,
}

/// Whether the credential is good; a bad one is answered 401.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ValidateAccessTokenResponseDto {
    pub auth_status: bool,
}

/// The shortest new password, in characters.
const MIN_PASSWORD: usize = 8;

request! {
    /// A password to be replaced.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct ChangePasswordDto {
        /// Later versions of the API sign out the other sessions when asked to.
        #[schema(ignore)]
        invalidate_sessions: bool = or(false, Fields::boolean),
        #[schema(min_length = 8)]
        new_password: String = with(new_password),
        password: String = required_text(),
    }
}

fn new_password(fields: &Fields<'_>, name: &str) -> String {
    let password = fields.required_text(name);
    if password.chars().count() < MIN_PASSWORD {
        let rule = format!("must be longer than or equal to {MIN_PASSWORD} characters");
        fields.refuse(name, &rule);
    }
    password
}

/// What the session may do.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthStatusResponseDto {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub expires_at: Option<kallitype_web::time::Time>,
    pub is_elevated: bool,
    pub password: bool,
    pub pin_code: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub pin_expires_at: Option<kallitype_web::time::Time>,
}

request! {
    /// A first PIN.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct PinCodeSetupDto {
        #[schema(example = "123456")]
        pin_code: String = with(required_pin),
    }
}

request! {
    /// A PIN to be replaced; the present one or the password proves the right to.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct PinCodeChangeDto {
        #[schema(example = "123456")]
        new_pin_code: String = with(required_pin),
        #[schema(nullable = false)]
        password: Option<String> = text(),
        #[schema(nullable = false, example = "123456")]
        pin_code: Option<String> = with(pin),
    }
}

request! {
    /// A proof of the right to do something with the PIN: the PIN itself, or the password.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct PinCodeResetDto {
        #[schema(nullable = false)]
        password: Option<String> = text(),
        #[schema(nullable = false, example = "123456")]
        pin_code: Option<String> = with(pin),
    }
}

request! {
    /// What opens the locked assets for a while.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SessionUnlockDto {
        #[schema(nullable = false)]
        password: Option<String> = text(),
        #[schema(nullable = false, example = "123456")]
        pin_code: Option<String> = with(pin),
    }
}

fn required_pin(fields: &Fields<'_>, name: &str) -> String {
    pin(fields, name).unwrap_or_else(|| fields.required_text(name))
}
