//! The wire of the partners.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::fields::{Fields, FromFields};
use crate::http::time::Time;
use crate::users::{AvatarColor, UserResponseDto};
use crate::wire_enum;

wire_enum! {
    /// Who shows whom.
    pub enum PartnerDirection as "PartnerDirection" {
        SharedBy = "shared-by",
        SharedWith = "shared-with",
    }
}

/// With whom the caller wants to share.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct PartnerCreateDto {
    #[schema(value_type = Uuid)]
    pub shared_with_id: Option<Uuid>,
}

impl FromFields for PartnerCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            shared_with_id: fields.required_uuid("sharedWithId"),
        }
    }
}

/// Whether the caller wants to see what a partner shares among their own pictures.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct PartnerUpdateDto {
    pub in_timeline: bool,
}

impl FromFields for PartnerUpdateDto {
    fn read(fields: &Fields<'_>) -> Self {
        if !fields.has("inTimeline") {
            fields.refuse("inTimeline", "must be a boolean value");
        }
        Self {
            in_timeline: fields.boolean("inTimeline").unwrap_or_default(),
        }
    }
}

/// The other of two partners.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartnerResponseDto {
    pub avatar_color: AvatarColor,
    pub email: String,
    #[schema(value_type = String)]
    pub id: Uuid,
    #[schema(value_type = Option<bool>, nullable = false)]
    pub in_timeline: bool,
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub profile_changed_at: Time,
    pub profile_image_path: String,
}

impl PartnerResponseDto {
    #[must_use]
    pub fn new(user: UserResponseDto, in_timeline: bool) -> Self {
        Self {
            avatar_color: user.avatar_color,
            email: user.email,
            id: user.id,
            in_timeline,
            name: user.name,
            profile_changed_at: user.profile_changed_at,
            profile_image_path: user.profile_image_path,
        }
    }
}
