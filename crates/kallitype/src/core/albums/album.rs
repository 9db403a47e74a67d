use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::AlbumRole;
use crate::core::accounts::user::UserResponseDto;
use crate::core::asset_details::AssetResponseDto;
use crate::core::choices::AssetOrder;
use crate::core::choices::SharedRole;
use kallitype_web::time::Time;

/// Someone in an album.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AlbumUserResponseDto {
    #[schema(value_type = SharedRole)]
    pub role: AlbumRole,
    pub user: UserResponseDto,
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

/// How many albums the caller has.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlbumStatisticsResponseDto {
    #[schema(value_type = i32)]
    pub not_shared: i64,
    #[schema(value_type = i32)]
    pub owned: i64,
    #[schema(value_type = i32)]
    pub shared: i64,
}
