//! `PUT /memories/{id}`: saves a memory, or notes that it was seen.

use axum::Json;
use axum::extract::State;

use super::dto::{MemoryResponseDto, MemoryUpdateDto};
use super::{require_own, response};
use crate::access::Caller;
use crate::access::Permission::MemoryUpdate;
use crate::app::state::App;
use crate::core::memories::queries;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    put,
    path = "/api/memories/{id}",
    tag = "Memories",
    operation_id = "updateMemory",
    params(("id" = uuid::Uuid, Path)),
    request_body = MemoryUpdateDto,
    responses((status = 200, body = MemoryResponseDto, description = "")),
)]
pub(crate) async fn update_memory(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Body(dto): Body<MemoryUpdateDto>,
) -> Result<Json<MemoryResponseDto>> {
    let changes = dto.changes();
    let updated = app
        .commit(move |connection| {
            connection.lock("memory", id)?;
            require_own(connection, &caller, MemoryUpdate, id)?;
            queries::update(connection, id, &changes, now())?;
            let memory = require_own(connection, &caller, MemoryUpdate, id)?;
            Ok::<_, ApiError>(response::read_one(connection, &caller, wire, memory)?)
        })
        .await?;
    Ok(Json(updated))
}
