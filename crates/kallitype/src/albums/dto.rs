//! The wire of the albums.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::AlbumRole;
use crate::assets::dto::AssetResponseDto;
use crate::http::bulk::BulkIdErrorReason;
use crate::http::fields::{Fields, FromFields};
use crate::http::time::Time;
use crate::users::UserResponseDto;
use crate::wire_enum;

/// The longest name and description, in characters.
const LONGEST_NAME: usize = 1000;
const LONGEST_DESCRIPTION: usize = 10_000;

wire_enum! {
    /// What someone who is invited to an album may become.
    pub enum SharedRole as "AlbumUserRole" {
        Editor = "editor",
        Viewer = "viewer",
    }
}

impl From<SharedRole> for AlbumRole {
    fn from(role: SharedRole) -> Self {
        match role {
            SharedRole::Editor => Self::Editor,
            SharedRole::Viewer => Self::Viewer,
        }
    }
}

wire_enum! {
    /// In which order an album shows its pictures, by when they were taken.
    pub enum AssetOrder as "AssetOrder" {
        Ascending = "asc",
        Descending = "desc",
    }
}

/// Someone to be invited, and as what.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct AlbumUserCreateDto {
    #[schema(value_type = SharedRole)]
    pub role: Option<SharedRole>,
    #[schema(value_type = Uuid)]
    pub user_id: Option<Uuid>,
}

impl FromFields for AlbumUserCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            role: fields.required_choice("role"),
            user_id: fields.required_uuid("userId"),
        }
    }
}

/// Someone to be invited, unless it is said otherwise as an editor.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct AlbumUserAddDto {
    #[schema(value_type = Option<SharedRole>, nullable = false, default = "editor")]
    pub role: SharedRole,
    #[schema(value_type = Uuid)]
    pub user_id: Option<Uuid>,
}

impl FromFields for AlbumUserAddDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            role: fields.choice("role").unwrap_or(SharedRole::Editor),
            user_id: fields.required_uuid("userId"),
        }
    }
}

/// Who is to be invited.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct AddUsersDto {
    #[schema(min_items = 1)]
    pub album_users: Vec<AlbumUserAddDto>,
}

impl FromFields for AddUsersDto {
    fn read(fields: &Fields<'_>) -> Self {
        let album_users: Vec<AlbumUserAddDto> = fields.objects("albumUsers");
        if album_users.is_empty() && fields.has("albumUsers") {
            fields.refuse("albumUsers", "must contain at least 1 elements");
        }
        Self { album_users }
    }
}

/// What someone in an album is to be from now on.
#[derive(Debug, Clone, ToSchema)]
pub struct UpdateAlbumUserDto {
    #[schema(value_type = SharedRole)]
    pub role: Option<SharedRole>,
}

impl FromFields for UpdateAlbumUserDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            role: fields.required_choice("role"),
        }
    }
}

/// An album to be made.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct CreateAlbumDto {
    pub album_name: String,
    #[schema(nullable = false)]
    pub album_users: Option<Vec<AlbumUserCreateDto>>,
    #[schema(nullable = false)]
    pub asset_ids: Option<Vec<Uuid>>,
    #[schema(nullable = false)]
    pub description: Option<String>,
}

impl FromFields for CreateAlbumDto {
    fn read(fields: &Fields<'_>) -> Self {
        bound_texts(fields);
        Self {
            album_name: fields.present_text("albumName"),
            album_users: fields
                .has("albumUsers")
                .then(|| fields.objects("albumUsers")),
            asset_ids: fields.has("assetIds").then(|| fields.uuids("assetIds")),
            description: fields.text("description"),
        }
    }
}

/// What to change of an album.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct UpdateAlbumDto {
    #[schema(nullable = false)]
    pub album_name: Option<String>,
    #[schema(nullable = false)]
    pub album_thumbnail_asset_id: Option<Uuid>,
    #[schema(nullable = false)]
    pub description: Option<String>,
    #[schema(nullable = false)]
    pub is_activity_enabled: Option<bool>,
    #[schema(value_type = Option<AssetOrder>, nullable = false)]
    pub order: Option<AssetOrder>,
}

impl FromFields for UpdateAlbumDto {
    fn read(fields: &Fields<'_>) -> Self {
        bound_texts(fields);
        Self {
            album_name: fields.text("albumName"),
            album_thumbnail_asset_id: fields.uuid("albumThumbnailAssetId"),
            description: fields.text("description"),
            is_activity_enabled: fields.boolean("isActivityEnabled"),
            order: fields.choice("order"),
        }
    }
}

fn bound_texts(fields: &Fields<'_>) {
    fields.at_most("albumName", LONGEST_NAME);
    fields.at_most("description", LONGEST_DESCRIPTION);
}

/// Someone in an album.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AlbumUserResponseDto {
    #[schema(value_type = SharedRole)]
    pub role: AlbumRole,
    pub user: UserResponseDto,
}

/// An album.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlbumResponseDto {
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
pub struct AlbumStatisticsResponseDto {
    #[schema(value_type = i32)]
    pub not_shared: i64,
    #[schema(value_type = i32)]
    pub owned: i64,
    #[schema(value_type = i32)]
    pub shared: i64,
}

/// Assets to be added to albums, each to each.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct AlbumsAddAssetsDto {
    pub album_ids: Vec<Uuid>,
    pub asset_ids: Vec<Uuid>,
}

impl FromFields for AlbumsAddAssetsDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            album_ids: fields.uuids("albumIds"),
            asset_ids: fields.uuids("assetIds"),
        }
    }
}

/// Whether anything was added.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct AlbumsAddAssetsResponseDto {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BulkIdErrorReason>, nullable = false)]
    pub error: Option<BulkIdErrorReason>,
    pub success: bool,
}
