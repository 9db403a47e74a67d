//! Many ids at once, and what became of each.

use std::collections::HashMap;

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

/// Does something with each of some ids, once with each however often it stands there. Answers the ids in their order,
/// each with why it was not done; a repetition of what was done has `again`.
///
/// # Errors
/// What `act` answers.
pub fn with_each<R: Copy, E>(
    ids: &[Uuid],
    again: R,
    mut act: impl FnMut(Uuid) -> Result<Option<R>, E>,
) -> Result<Vec<(Uuid, Option<R>)>, E> {
    let mut known: HashMap<Uuid, R> = HashMap::new();
    let mut outcomes = Vec::with_capacity(ids.len());
    for id in ids {
        let reason = match known.get(id) {
            Some(reason) => Some(*reason),
            None => act(*id)?,
        };
        known.insert(*id, reason.unwrap_or(again));
        outcomes.push((*id, reason));
    }
    Ok(outcomes)
}
