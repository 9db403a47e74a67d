//! The wire of the user operations.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::choices::AvatarColor;
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;
use kallitype_web::time::Time;

request! {
    /// What to change of one's own account.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct UserUpdateMeDto {
        // Null goes back to the colour that the address gives.
        #[schema(value_type = Option<AvatarColor>)]
        avatar_color: Option<Option<AvatarColor>> = nullable(Fields::enumeration),
        #[schema(nullable = false, format = Email)]
        email: Option<String> = optional(Fields::email),
        #[schema(nullable = false)]
        name: Option<String> = optional(name),
        #[schema(nullable = false)]
        password: Option<String> = optional(Fields::required_text),
    }
}

/// What someone is called.
pub(crate) fn name(fields: &Fields<'_>, name: &str) -> String {
    fields.limited(name, MAX_NAME, Fields::required_text)
}

request! {
    /// Whether someone has seen the first steps.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct OnboardingDto {
        is_onboarded: bool = required_boolean(),
    }
}

/// Whether someone has seen the first steps.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnboardingResponseDto {
    pub is_onboarded: bool,
}

/// The part of an upload that becomes one's picture.
#[derive(Debug, Clone, ToSchema)]
#[expect(
    dead_code,
    reason = "files are streamed past it; it describes them in the document"
)]
pub(crate) struct CreateProfileImageDto {
    #[schema(value_type = String, format = Binary)]
    pub file: (),
}

/// One's new picture.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateProfileImageResponseDto {
    #[schema(value_type = String, format = DateTime)]
    pub profile_changed_at: Time,
    pub profile_image_path: String,
    #[schema(value_type = String)]
    pub user_id: Uuid,
}
