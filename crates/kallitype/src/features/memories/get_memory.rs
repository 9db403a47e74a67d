//! `GET /memories/{id}`: one memory.

use axum::Json;
use axum::extract::State;

use super::dto::MemoryResponseDto;
use super::{require_own, response};
use crate::access::Caller;
use crate::access::Permission::MemoryRead;
use crate::app::state::App;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::version::Wire;

#[utoipa::path(
    get,
    path = "/api/memories/{id}",
    tag = "Memories",
    operation_id = "getMemory",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = MemoryResponseDto, description = "")),
)]
pub(crate) async fn get_memory(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
) -> Result<Json<MemoryResponseDto>> {
    let read = move |connection: &mut Connection<'_>| {
        let memory = require_own(connection, &caller, MemoryRead, id)?;
        Ok::<_, ApiError>(response::read_one(connection, &caller, wire, memory)?)
    };
    Ok(Json(app.db.scan(read).await?))
}
