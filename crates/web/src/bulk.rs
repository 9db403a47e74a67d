//! Many ids at once, and what became of each.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::request;
use crate::wire_enum;

request! {
    /// What something is to be done to.
    #[derive(Debug, Clone, ToSchema)]
    pub struct BulkIdsDto {
        ids: Vec<Uuid> = uuids(),
    }
}

wire_enum! {
    /// Why it was not done.
    pub enum BulkIdErrorReason as "BulkIdErrorReason" {
        Duplicate = "duplicate",
        NoPermission = "no_permission",
        NotFound = "not_found",
        Unknown = "unknown",
    }
}

/// What became of one of them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkIdResponseDto {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub error: Option<BulkIdErrorReason>,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub success: bool,
}

impl BulkIdResponseDto {
    /// Done, unless there is a reason why not.
    #[must_use]
    pub fn new(id: Uuid, error: Option<BulkIdErrorReason>) -> Self {
        Self {
            error,
            id,
            success: error.is_none(),
        }
    }
}
