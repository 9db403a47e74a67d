//! The wire of the user operations.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::accounts::user::UserLicense;
use crate::core::choices::AvatarColor;
use kallitype_web::fields::{Fields, FromFields};
use kallitype_web::time::Time;

/// The longest name and the longest storage label, in characters.
pub(crate) const MAX_NAME: usize = 255;

/// What to change of one's own account.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct UserUpdateMeDto {
    // Null goes back to the colour that the address gives.
    #[schema(value_type = Option<AvatarColor>)]
    pub avatar_color: Option<Option<AvatarColor>>,
    #[schema(nullable = false, format = Email)]
    pub email: Option<String>,
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[schema(nullable = false)]
    pub password: Option<String>,
}

impl FromFields for UserUpdateMeDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            avatar_color: fields.nullable("avatarColor", Fields::enumeration),
            email: fields.has("email").then(|| fields.email("email")),
            name: fields.has("name").then(|| name(fields)),
            password: fields
                .has("password")
                .then(|| fields.required_text("password")),
        }
    }
}

/// What someone is called.
pub(crate) fn name(fields: &Fields<'_>) -> String {
    fields.at_most("name", MAX_NAME);
    fields.required_text("name")
}

/// Whether someone has seen the first steps.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct OnboardingDto {
    pub is_onboarded: bool,
}

impl FromFields for OnboardingDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            is_onboarded: fields.required_boolean("isOnboarded"),
        }
    }
}

/// Whether someone has seen the first steps.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnboardingResponseDto {
    pub is_onboarded: bool,
}

/// A licence as it is entered.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct LicenseKeyDto {
    pub activation_key: String,
    #[schema(pattern = r"/IM(SV|CL)(-[\dA-Za-z]{4}){8}/")]
    pub license_key: String,
}

/// The longest activation key, in characters.
const MAX_ACTIVATION_KEY: usize = 4096;

impl FromFields for LicenseKeyDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("activationKey", MAX_ACTIVATION_KEY);
        let license_key = fields.required_text("licenseKey");
        if !is_license_key(&license_key) {
            fields.refuse(
                "licenseKey",
                r"must match /^IM(SV|CL)(-[\dA-Za-z]{4}){8}$/ regular expression",
            );
        }
        Self {
            activation_key: fields.required_text("activationKey"),
            license_key,
        }
    }
}

/// `IMSV` or `IMCL`, and eight groups of four letters or digits.
pub(crate) fn is_license_key(text: &str) -> bool {
    let mut groups = text.split('-');
    let is_group =
        |group: &str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_alphanumeric());
    matches!(groups.next(), Some("IMSV" | "IMCL"))
        && groups.clone().count() == 8
        && groups.all(is_group)
}

/// A licence as it is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseResponseDto {
    #[schema(value_type = String, format = DateTime)]
    pub activated_at: Time,
    pub activation_key: String,
    #[schema(pattern = r"/IM(SV|CL)(-[\dA-Za-z]{4}){8}/")]
    pub license_key: String,
}

impl From<UserLicense> for LicenseResponseDto {
    fn from(license: UserLicense) -> Self {
        Self {
            activated_at: license.activated_at,
            activation_key: license.activation_key,
            license_key: license.license_key,
        }
    }
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
