//! The wire of the partners.

use utoipa::ToSchema;
use uuid::Uuid;

use kallitype_web::fields::{Fields, FromFields};

/// With whom the caller wants to share.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct PartnerCreateDto {
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
pub(crate) struct PartnerUpdateDto {
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
