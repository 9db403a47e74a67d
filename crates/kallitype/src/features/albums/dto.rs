//! The wire of the albums.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::choices::{AssetOrder, SharedRole};
use kallitype_web::bulk::BulkIdErrorReason;
use kallitype_web::fields::{Fields, FromFields};

/// The longest name and description, in characters.
const MAX_NAME: usize = 1000;
const MAX_DESCRIPTION: usize = 10_000;

/// Someone to be invited, and as what.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AlbumUserCreateDto {
    #[schema(value_type = SharedRole)]
    pub role: Option<SharedRole>,
    #[schema(value_type = Uuid)]
    pub user_id: Option<Uuid>,
}

impl FromFields for AlbumUserCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            role: fields.required_enumeration("role"),
            user_id: fields.required_uuid("userId"),
        }
    }
}

/// Someone to be invited, unless it is said otherwise as an editor.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AlbumUserAddDto {
    #[schema(value_type = Option<SharedRole>, nullable = false, default = "editor")]
    pub role: SharedRole,
    #[schema(value_type = Uuid)]
    pub user_id: Option<Uuid>,
}

impl FromFields for AlbumUserAddDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            role: fields.enumeration("role").unwrap_or(SharedRole::Editor),
            user_id: fields.required_uuid("userId"),
        }
    }
}

/// Who is to be invited.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AddUsersDto {
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
pub(crate) struct UpdateAlbumUserDto {
    #[schema(value_type = SharedRole)]
    pub role: Option<SharedRole>,
}

impl FromFields for UpdateAlbumUserDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            role: fields.required_enumeration("role"),
        }
    }
}

/// An album to be made.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct CreateAlbumDto {
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
            album_name: fields.string("albumName"),
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
pub(crate) struct UpdateAlbumDto {
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
            order: fields.enumeration("order"),
        }
    }
}

fn bound_texts(fields: &Fields<'_>) {
    fields.at_most("albumName", MAX_NAME);
    fields.at_most("description", MAX_DESCRIPTION);
}

/// Assets to be added to albums, each to each.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AlbumsAddAssetsDto {
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
pub(crate) struct AlbumsAddAssetsResponseDto {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BulkIdErrorReason>, nullable = false)]
    pub error: Option<BulkIdErrorReason>,
    pub success: bool,
}
