//! The wire of signing in.

use serde::Serialize;
use utoipa::ToSchema;

use crate::core::accounts::pin::pin;
use kallitype_web::fields::{Fields, FromFields};

/// The longest name, in characters.
const MAX_NAME: usize = 255;

/// The first account.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct SignUpDto {
    #[schema(format = Email, example = "someone@example.org")]
    pub email: String,
    pub name: String,
    pub password: String,
}

impl FromFields for SignUpDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("name", MAX_NAME);
        Self {
            email: fields.email("email"),
            name: fields.required_text("name"),
            password: fields.required_text("password"),
        }
    }
}

/// Who wants to sign in.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct LoginCredentialDto {
    #[schema(format = Email, example = "someone@example.org")]
    pub email: String,
    pub password: String,
}

impl FromFields for LoginCredentialDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            email: fields.email("email"),
            password: fields.required_text("password"),
        }
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

/// A password to be replaced.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ChangePasswordDto {
    /// Later versions of the API sign out the other sessions when asked to.
    #[schema(ignore)]
    pub invalidate_sessions: bool,
    #[schema(min_length = 8)]
    pub new_password: String,
    pub password: String,
}

impl FromFields for ChangePasswordDto {
    fn read(fields: &Fields<'_>) -> Self {
        let new_password = fields.required_text("newPassword");
        if new_password.chars().count() < MIN_PASSWORD {
            fields.refuse(
                "newPassword",
                &format!("must be longer than or equal to {MIN_PASSWORD} characters"),
            );
        }
        Self {
            invalidate_sessions: fields.boolean("invalidateSessions").unwrap_or(false),
            new_password,
            password: fields.required_text("password"),
        }
    }
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

/// A first PIN.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct PinCodeSetupDto {
    #[schema(example = "123456")]
    pub pin_code: String,
}

impl FromFields for PinCodeSetupDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            pin_code: pin(fields, "pinCode").unwrap_or_else(|| fields.required_text("pinCode")),
        }
    }
}

/// A PIN to be replaced; the present one or the password proves the right to.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct PinCodeChangeDto {
    #[schema(example = "123456")]
    pub new_pin_code: String,
    #[schema(nullable = false)]
    pub password: Option<String>,
    #[schema(nullable = false, example = "123456")]
    pub pin_code: Option<String>,
}

impl FromFields for PinCodeChangeDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            new_pin_code: pin(fields, "newPinCode")
                .unwrap_or_else(|| fields.required_text("newPinCode")),
            password: fields.text("password"),
            pin_code: pin(fields, "pinCode"),
        }
    }
}

/// A proof of the right to do something with the PIN: the PIN itself, or the password.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct PinCodeResetDto {
    #[schema(nullable = false)]
    pub password: Option<String>,
    #[schema(nullable = false, example = "123456")]
    pub pin_code: Option<String>,
}

impl FromFields for PinCodeResetDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            password: fields.text("password"),
            pin_code: pin(fields, "pinCode"),
        }
    }
}

/// What opens the locked assets for a while.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SessionUnlockDto {
    #[schema(nullable = false)]
    pub password: Option<String>,
    #[schema(nullable = false, example = "123456")]
    pub pin_code: Option<String>,
}

impl FromFields for SessionUnlockDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            password: fields.text("password"),
            pin_code: pin(fields, "pinCode"),
        }
    }
}
