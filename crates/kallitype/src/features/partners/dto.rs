//! The wire of the partners.

use utoipa::ToSchema;
use uuid::Uuid;

use kallitype_web::fields::Fields;
use kallitype_web::request;

request! {
    /// With whom the caller wants to share.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct PartnerCreateDto {
        shared_with_id: Uuid = required_uuid(),
    }
}

request! {
    /// Whether the caller wants to see what a partner shares among their own pictures.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct PartnerUpdateDto {
        in_timeline: bool = with(in_timeline),
    }
}

fn in_timeline(fields: &Fields<'_>, name: &str) -> bool {
    if !fields.has(name) {
        fields.refuse(name, "must be a boolean value");
    }
    fields.boolean(name).unwrap_or_default()
}
