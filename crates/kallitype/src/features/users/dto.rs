//! The wire of the user operations.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::accounts::user::UserLicense;
use crate::core::choices::AvatarColor;
use kallitype_web::fields::Fields;
use kallitype_web::request;
use kallitype_web::time::Time;

/// The longest name and the longest storage label, in characters.
pub(crate) const MAX_NAME: usize = 255;

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

request! {
    /// A licence as it is entered.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct LicenseKeyDto {
        activation_key: String = limited(MAX_ACTIVATION_KEY, Fields::required_text),
        #[schema(pattern = r"/IM(SV|CL)(-[\dA-Za-z]{4}){8}/")]
        license_key: String = with(license_key),
    }
}

/// The longest activation key, in characters.
const MAX_ACTIVATION_KEY: usize = 4096;

fn license_key(fields: &Fields<'_>, name: &str) -> String {
    let key = fields.required_text(name);
    if !is_license_key(&key) {
        fields.refuse(
            name,
            r"must match /^IM(SV|CL)(-[\dA-Za-z]{4}){8}$/ regular expression",
        );
    }
    key
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
