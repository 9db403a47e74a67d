use kallitype_web::fields::Enumeration;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::choices::{AvatarColor, UserStatus};
use kallitype_db::{Result, Row};
use kallitype_web::time::Time;

/// What others see of a user.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserResponseDto {
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
    pub(crate) fn read(row: &Row<'_>, at: usize) -> Result<Self> {
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
pub(crate) struct UserAdminResponseDto {
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
pub(crate) struct UserLicense {
    #[schema(value_type = String, format = DateTime)]
    pub activated_at: Time,
    pub activation_key: String,
    pub license_key: String,
}

/// The columns of [`UserResponseDto`].
pub(crate) const COLUMNS: &str = "account.id, account.email, account.name, account.avatar_color, account.profile_changed_at, \
    account.profile_image_path";
