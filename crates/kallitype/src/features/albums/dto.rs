//! The wire of the albums.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::choices::{AssetOrder, SharedRole};
use kallitype_web::bulk::BulkIdErrorReason;
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;

/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 10_000;

request! {
    /// Someone to be invited, and as what.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AlbumUserCreateDto {
        role: SharedRole = required_enumeration(),
        user_id: Uuid = required_uuid(),
    }
}

request! {
    /// Someone to be invited, unless it is said otherwise as an editor.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AlbumUserAddDto {
        #[schema(value_type = Option<SharedRole>, nullable = false, default = "editor")]
        role: SharedRole = or(SharedRole::Editor, Fields::enumeration),
        user_id: Uuid = required_uuid(),
    }
}

request! {
    /// Who is to be invited.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AddUsersDto {
        #[schema(min_items = 1)]
        album_users: Vec<AlbumUserAddDto> = with(album_users),
    }
}

request! {
    /// What someone in an album is to be from now on.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct UpdateAlbumUserDto {
        role: SharedRole = required_enumeration(),
    }
}

request! {
    /// An album to be made.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct CreateAlbumDto {
        album_name: String = limited(MAX_NAME, Fields::string),
        #[schema(nullable = false)]
        album_users: Option<Vec<AlbumUserCreateDto>> = optional(Fields::objects),
        #[schema(nullable = false)]
        asset_ids: Option<Vec<Uuid>> = optional(Fields::distinct_uuids),
        #[schema(nullable = false)]
        description: Option<String> = limited(MAX_DESCRIPTION, Fields::text),
    }
}

request! {
    /// What to change of an album.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct UpdateAlbumDto {
        #[schema(nullable = false)]
        album_name: Option<String> = limited(MAX_NAME, Fields::text),
        #[schema(nullable = false)]
        album_thumbnail_asset_id: Option<Uuid> = uuid(),
        #[schema(nullable = false)]
        description: Option<String> = limited(MAX_DESCRIPTION, Fields::text),
        #[schema(nullable = false)]
        is_activity_enabled: Option<bool> = boolean(),
        #[schema(value_type = Option<AssetOrder>, nullable = false)]
        order: Option<AssetOrder> = enumeration(),
    }
}

fn album_users(fields: &Fields<'_>, name: &str) -> Vec<AlbumUserAddDto> {
    let users: Vec<AlbumUserAddDto> = fields.objects(name);
    if users.is_empty() && fields.has(name) {
        fields.refuse(name, "must contain at least 1 elements");
    }
    users
}

request! {
    /// Assets to be added to albums, each to each.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct AlbumsAddAssetsDto {
        album_ids: Vec<Uuid> = distinct_uuids(),
        asset_ids: Vec<Uuid> = distinct_uuids(),
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
