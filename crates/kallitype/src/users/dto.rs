//! The wire of the user operations.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::{Result, Row};
use crate::http::fields::{Choice, Fields, FromFields};
use crate::http::time::Time;
use crate::wire_enum;

wire_enum! {
    /// The colour behind a user's initial.
    pub enum AvatarColor as "UserAvatarColor" {
        Primary = "primary",
        Pink = "pink",
        Red = "red",
        Yellow = "yellow",
        Blue = "blue",
        Green = "green",
        Purple = "purple",
        Orange = "orange",
        Gray = "gray",
        Amber = "amber",
    }
}

impl AvatarColor {
    /// A new account's colour, by its address.
    #[must_use]
    pub fn of_email(email: &str) -> Self {
        let sum: usize = email.bytes().map(usize::from).sum();
        Self::CHOICES[sum % Self::CHOICES.len()].1
    }
}

wire_enum! {
    /// Whether an account is in use.
    pub enum UserStatus as "UserStatus" {
        Active = "active",
        Removing = "removing",
        Deleted = "deleted",
    }
}

/// The columns of [`UserResponseDto`].
pub const COLUMNS: &str = "account.id, account.email, account.name, account.avatar_color, account.profile_changed_at, \
    account.profile_image_path";

/// What others see of a user.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserResponseDto {
    pub avatar_color: AvatarColor,
    pub email: String,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub profile_changed_at: Time,
    /// Empty for those without a picture; it says no more than that there is another one now.
    pub profile_image_path: String,
}

impl UserResponseDto {
    /// Reads [`COLUMNS`], of which the first is at `at`.
    ///
    /// # Errors
    /// When the row is not one of them.
    pub fn read(row: &Row<'_>, at: usize) -> Result<Self> {
        let color: String = row.get(at + 3)?;
        Ok(Self {
            id: row.get(at)?,
            email: row.get(at + 1)?,
            name: row.get(at + 2)?,
            avatar_color: AvatarColor::from_name(&color).unwrap_or(AvatarColor::Primary),
            profile_changed_at: Time(row.get(at + 4)?),
            profile_image_path: row.get::<Option<String>>(at + 5)?.unwrap_or_default(),
        })
    }
}

/// What users see of their own accounts, and administrators of all.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserAdminResponseDto {
    pub avatar_color: AvatarColor,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub deleted_at: Option<Time>,
    pub email: String,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub is_admin: bool,
    #[schema(required)]
    pub license: Option<UserLicense>,
    pub name: String,
    pub oauth_id: String,
    #[schema(value_type = String, format = DateTime)]
    pub profile_changed_at: Time,
    pub profile_image_path: String,
    #[schema(required)]
    pub quota_size_in_bytes: Option<i64>,
    #[schema(required)]
    pub quota_usage_in_bytes: Option<i64>,
    pub should_change_password: bool,
    pub status: UserStatus,
    #[schema(required)]
    pub storage_label: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// A licence that someone holds of the API's makers. This server needs none, and takes it on trust.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserLicense {
    #[schema(value_type = String, format = DateTime)]
    pub activated_at: Time,
    pub activation_key: String,
    pub license_key: String,
}

/// The longest name and the longest storage label, in characters.
pub const LONGEST_NAME: usize = 255;

/// What to change of one's own account.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct UserUpdateMeDto {
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
            avatar_color: fields.nullable("avatarColor", Fields::choice),
            email: fields.has("email").then(|| fields.email("email")),
            name: fields.has("name").then(|| name(fields)),
            password: fields
                .has("password")
                .then(|| fields.required_text("password")),
        }
    }
}

/// What someone is called.
pub fn name(fields: &Fields<'_>) -> String {
    fields.at_most("name", LONGEST_NAME);
    fields.required_text("name")
}

/// Whether someone has seen the first steps.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct OnboardingDto {
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
pub struct OnboardingResponseDto {
    pub is_onboarded: bool,
}

/// A licence as it is entered.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct LicenseKeyDto {
    pub activation_key: String,
    #[schema(pattern = r"/IM(SV|CL)(-[\dA-Za-z]{4}){8}/")]
    pub license_key: String,
}

/// The longest activation key, in characters.
const LONGEST_ACTIVATION_KEY: usize = 4096;

impl FromFields for LicenseKeyDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("activationKey", LONGEST_ACTIVATION_KEY);
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
pub struct LicenseResponseDto {
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
pub struct CreateProfileImageDto {
    #[schema(value_type = String, format = Binary)]
    pub file: (),
}

/// One's new picture.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateProfileImageResponseDto {
    #[schema(value_type = String, format = DateTime)]
    pub profile_changed_at: Time,
    pub profile_image_path: String,
    #[schema(value_type = String)]
    pub user_id: Uuid,
}
