//! The wire of the shared links.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::albums::album::AlbumResponseDto;
use crate::core::asset_details::AssetResponseDto;
use crate::core::choices::SharedLinkType;
use kallitype_web::fields::{Fields, FromFields};
use kallitype_web::time::Time;
use kallitype_web::wire_enum;

/// What owners see in the place of a password; sent back, it leaves the password as it is.
pub(crate) const PASSWORD_MASK: &str = "••••••••";

/// The longest description, and name in a URL, in characters.
const MAX_DESCRIPTION: usize = 10_000;
const MAX_SLUG: usize = 100;

/// A link to be made.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SharedLinkCreateDto {
    #[schema(nullable = false)]
    pub album_id: Option<Uuid>,
    #[schema(default = true, nullable = false)]
    pub allow_download: Option<bool>,
    #[schema(nullable = false)]
    pub allow_upload: Option<bool>,
    #[schema(nullable = false)]
    pub asset_ids: Option<Vec<Uuid>>,
    pub description: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, default = json!(null))]
    pub expires_at: Option<i64>,
    pub password: Option<String>,
    #[schema(default = true, nullable = false)]
    pub show_metadata: Option<bool>,
    pub slug: Option<String>,
    #[schema(rename = "type", value_type = SharedLinkType)]
    pub kind: Option<SharedLinkType>,
}

impl FromFields for SharedLinkCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            album_id: fields.uuid("albumId"),
            allow_download: fields.boolean("allowDownload"),
            allow_upload: fields.boolean("allowUpload"),
            asset_ids: fields.has("assetIds").then(|| fields.uuids("assetIds")),
            description: description(fields).flatten(),
            expires_at: fields.nullable("expiresAt", Fields::date).flatten(),
            password: fields
                .nullable("password", Fields::text)
                .flatten()
                .filter(|password| !password.is_empty()),
            show_metadata: fields.boolean("showMetadata"),
            slug: slug(fields).flatten(),
            kind: fields.required_enumeration("type"),
        }
    }
}

/// What to change of a link.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SharedLinkEditDto {
    #[schema(nullable = false)]
    pub allow_download: Option<bool>,
    #[schema(nullable = false)]
    pub allow_upload: Option<bool>,
    /// For clients that cannot send null: with this, no `expiresAt` means never.
    #[schema(nullable = false)]
    pub change_expiry_time: Option<bool>,
    #[schema(value_type = Option<String>)]
    pub description: Option<Option<String>>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<i64>>,
    #[schema(value_type = Option<String>)]
    pub password: Option<Option<String>>,
    #[schema(nullable = false)]
    pub show_metadata: Option<bool>,
    #[schema(value_type = Option<String>)]
    pub slug: Option<Option<String>>,
}

impl FromFields for SharedLinkEditDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            allow_download: fields.boolean("allowDownload"),
            allow_upload: fields.boolean("allowUpload"),
            change_expiry_time: fields.boolean("changeExpiryTime"),
            description: description(fields),
            expires_at: fields.nullable("expiresAt", Fields::date),
            password: fields.nullable("password", Fields::text),
            show_metadata: fields.boolean("showMetadata"),
            slug: slug(fields),
        }
    }
}

fn description(fields: &Fields<'_>) -> Option<Option<String>> {
    fields.at_most("description", MAX_DESCRIPTION);
    fields.nullable("description", Fields::text)
}

/// An empty name is none.
fn slug(fields: &Fields<'_>) -> Option<Option<String>> {
    fields.at_most("slug", MAX_SLUG);
    fields
        .nullable("slug", Fields::text)
        .map(|slug| slug.filter(|slug| !slug.is_empty()))
}

/// The password of a link.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct SharedLinkLoginDto {
    pub password: String,
}

impl FromFields for SharedLinkLoginDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            password: fields.required_text("password"),
        }
    }
}

/// A link with what it shows.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SharedLinkResponseDto {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub album: Option<AlbumResponseDto>,
    pub allow_download: bool,
    pub allow_upload: bool,
    pub assets: Vec<AssetResponseDto>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(required)]
    pub description: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub expires_at: Option<Time>,
    #[schema(value_type = String)]
    pub id: Uuid,
    /// Base64url, without padding.
    pub key: String,
    /// Never the password itself: a mask if there is one.
    #[schema(required)]
    pub password: Option<String>,
    pub show_metadata: bool,
    #[schema(required)]
    pub slug: Option<String>,
    /// What opens the link without its password from now on, answered to whoever gave the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(rename = "type")]
    pub kind: SharedLinkType,
    #[schema(value_type = String)]
    pub user_id: Uuid,
}

/// Assets to add to a link or to take from it.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct AssetIdsDto {
    pub asset_ids: Vec<Uuid>,
}

impl FromFields for AssetIdsDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            asset_ids: fields.uuids("assetIds"),
        }
    }
}

wire_enum! {
    /// Why an asset was not added or taken.
    pub enum AssetIdError as "AssetIdError" {
        Duplicate = "duplicate",
        NoPermission = "no_permission",
        NotFound = "not_found",
    }
}

/// What became of one asset.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetIdsResponseDto {
    #[schema(value_type = String)]
    pub asset_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub error: Option<AssetIdError>,
    pub success: bool,
}

impl AssetIdsResponseDto {
    /// Done, unless there is a reason why not.
    #[must_use]
    pub(crate) fn new(asset_id: Uuid, error: Option<AssetIdError>) -> Self {
        Self {
            asset_id,
            success: error.is_none(),
            error,
        }
    }
}
