//! `DELETE /memories/{id}`: the memory is gone, its pictures stay.

use axum::extract::State;
use http::StatusCode;

use super::require_own;
use crate::access::Caller;
use crate::access::Permission::MemoryDelete;
use crate::app::state::App;
use crate::core::memories::queries;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/memories/{id}",
    tag = "Memories",
    operation_id = "deleteMemory",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_memory(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    app.commit(move |connection| {
        connection.lock("memory", id)?;
        let memory = require_own(connection, &caller, MemoryDelete, id)?;
        Ok::<_, ApiError>(queries::delete(connection, memory.owner_id, id, now())?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
