use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::choices::{AvatarColor, UserStatus};
use kallitype_db::row;
use kallitype_web::time::Time;

row! {
    /// What others see of a user.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct UserResponseDto {
        pub avatar_color: AvatarColor = "account.avatar_color",
        pub email: String = "account.email",
        #[schema(value_type = String)]
        pub id: Uuid = "account.id",
        pub name: String = "account.name",
        #[schema(value_type = String, format = DateTime)]
        pub profile_changed_at: Time = "account.profile_changed_at",
        /// Empty for those without a picture; it says no more than that there is another one now.
        pub profile_image_path: String = "COALESCE(account.profile_image_path, '')",
    }
}

row! {
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
        pub license: Option<UserLicense> = "license_activated_at, license_activation_key, license_key",
        pub name: String,
        pub oauth_id: String,
        #[schema(value_type = String, format = DateTime)]
        pub profile_changed_at: Time,
        pub profile_image_path: String = "COALESCE(profile_image_path, '')",
        #[schema(required)]
        pub quota_size_in_bytes: Option<i64> = "quota_bytes",
        #[schema(required)]
        pub quota_usage_in_bytes: Option<i64> = "(SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM asset_count WHERE owner_id = account.id)",
        pub should_change_password: bool,
        pub status: UserStatus,
        #[schema(required)]
        pub storage_label: Option<String>,
        #[schema(value_type = String, format = DateTime)]
        pub updated_at: Time,
    }
}

row! {
    /// A licence that someone holds of the API's makers. This server needs none, and takes it on trust.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct UserLicense {
        #[schema(value_type = String, format = DateTime)]
        pub activated_at: Time = "license_activated_at",
        pub activation_key: String = "license_activation_key",
        pub license_key: String,
    }
}
