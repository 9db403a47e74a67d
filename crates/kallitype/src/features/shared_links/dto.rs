//! The wire of the shared links.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::albums::album::AlbumResponseDto;
use crate::core::asset_details::AssetResponseDto;
use crate::core::choices::SharedLinkType;
use kallitype_web::fields::Fields;
use kallitype_web::request;
use kallitype_web::time::Time;
use kallitype_web::wire_enum;

/// What owners see in the place of a password; sent back, it leaves the password as it is.
pub(crate) const PASSWORD_MASK: &str = "••••••••";

/// The longest description, and name in a URL, in characters.
const MAX_DESCRIPTION: usize = 10_000;
const MAX_SLUG: usize = 100;

request! {
    /// A link to be made.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SharedLinkCreateDto {
        #[schema(nullable = false)]
        album_id: Option<Uuid> = uuid(),
        #[schema(default = true, nullable = false)]
        allow_download: Option<bool> = boolean(),
        #[schema(nullable = false)]
        allow_upload: Option<bool> = boolean(),
        #[schema(nullable = false)]
        asset_ids: Option<Vec<Uuid>> = optional(Fields::distinct_uuids),
        description: Option<String> = nullable_or_absent(description),
        #[schema(value_type = Option<String>, format = DateTime, default = json!(null))]
        expires_at: Option<i64> = nullable_or_absent(Fields::date),
        password: Option<String> = nullable_or_absent(Fields::text_unless_empty),
        #[schema(default = true, nullable = false)]
        show_metadata: Option<bool> = boolean(),
        slug: Option<String> = nullable_or_absent(slug),
        #[schema(value_type = SharedLinkType)]
        kind as "type": SharedLinkType = required_enumeration(),
    }
}

request! {
    /// What to change of a link.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SharedLinkEditDto {
        #[schema(nullable = false)]
        allow_download: Option<bool> = boolean(),
        #[schema(nullable = false)]
        allow_upload: Option<bool> = boolean(),
        /// For clients that cannot send null: with this, no `expiresAt` means never.
        #[schema(nullable = false)]
        change_expiry_time: Option<bool> = boolean(),
        #[schema(value_type = Option<String>)]
        description: Option<Option<String>> = nullable(description),
        #[schema(value_type = Option<String>, format = DateTime)]
        expires_at: Option<Option<i64>> = nullable(Fields::date),
        #[schema(value_type = Option<String>)]
        password: Option<Option<String>> = nullable(Fields::text),
        #[schema(nullable = false)]
        show_metadata: Option<bool> = boolean(),
        #[schema(value_type = Option<String>)]
        slug: Option<Option<String>> = nullable(slug),
    }
}

fn description(fields: &Fields<'_>, name: &str) -> Option<String> {
    fields.limited(name, MAX_DESCRIPTION, Fields::text)
}

/// An empty name is none.
fn slug(fields: &Fields<'_>, name: &str) -> Option<String> {
    fields.limited(name, MAX_SLUG, Fields::text_unless_empty)
}

request! {
    /// The password of a link.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SharedLinkLoginDto {
        password: String = required_text(),
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
