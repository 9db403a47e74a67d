use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::AlbumRole;
use crate::core::accounts::user::UserResponseDto;
use crate::core::asset_details::AssetResponseDto;
use crate::core::choices::AssetOrder;
use crate::core::choices::SharedRole;
use kallitype_db::constcat::concat;
use kallitype_db::row;
use kallitype_web::time::Time;

row! {
    /// Someone in an album.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    pub(crate) struct AlbumUserResponseDto {
        #[schema(value_type = SharedRole)]
        pub role: AlbumRole = "album_user.role",
        pub user: UserResponseDto = UserResponseDto::COLUMNS,
    }
}

/// An album.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlbumResponseDto {
    pub album_name: String,
    #[schema(value_type = Option<String>, required)]
    pub album_thumbnail_asset_id: Option<Uuid>,
    /// Who is in it beside its owner; for clients of API 3 its owner, too, who comes first.
    pub album_users: Vec<AlbumUserResponseDto>,
    #[schema(value_type = i32)]
    pub asset_count: i64,
    pub assets: Vec<AssetResponseDto>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    pub description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    pub end_date: Option<Time>,
    pub has_shared_link: bool,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub is_activity_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    pub last_modified_asset_timestamp: Option<Time>,
    #[schema(value_type = Option<AssetOrder>, nullable = false)]
    pub order: AssetOrder,
    pub owner: UserResponseDto,
    #[schema(value_type = String)]
    pub owner_id: Uuid,
    /// Whether anyone else is in it, or a link leads to it.
    pub shared: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    pub start_date: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

row! {
    /// How many of the albums that the caller is in (`mine`) are what.
    #[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct AlbumStatisticsResponseDto {
        #[schema(value_type = i32)]
        pub not_shared: i64 = concat!("COUNT(CASE WHEN mine.role = 'owner' AND NOT ", IS_SHARED, " THEN 1 END)"),
        #[schema(value_type = i32)]
        pub owned: i64 = "COUNT(CASE WHEN mine.role = 'owner' THEN 1 END)",
        #[schema(value_type = i32)]
        pub shared: i64 = concat!("COUNT(CASE WHEN ", IS_SHARED, " THEN 1 END)"),
    }
}

/// Whether `album` is shown to anyone but its owner.
pub(crate) const IS_SHARED: &str = "(EXISTS (SELECT 1 FROM album_user other JOIN account ON account.id = other.user_id \
    WHERE other.album_id = album.id AND other.role <> 'owner' AND account.status = 'active') \
    OR EXISTS (SELECT 1 FROM shared_link WHERE shared_link.album_id = album.id))";
