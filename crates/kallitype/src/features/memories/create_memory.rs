//! `POST /memories`: a memory that someone makes by hand. Assets that may not be in it are left out.

use axum::extract::State;
use axum::response::Response;

use super::dto::{MemoryCreateDto, MemoryResponseDto};
use super::{memory_assets, require_own, response};
use crate::access::Caller;
use crate::access::Permission::MemoryCreate;
use crate::app::state::App;
use crate::core::memories::memory::NewMemory;
use crate::core::memories::queries;
use kallitype_db::{Connection, new_id};
use kallitype_web::error::Result;
use kallitype_web::fields::Body;
use kallitype_web::response::created;
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    post,
    path = "/api/memories",
    tag = "Memories",
    operation_id = "createMemory",
    request_body = MemoryCreateDto,
    responses((status = 201, body = MemoryResponseDto, description = "")),
)]
pub(crate) async fn create_memory(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(dto): Body<MemoryCreateDto>,
) -> Result<Response> {
    let made = app
        .commit(move |connection| make(connection, &caller, wire, &dto))
        .await?;
    Ok(created(made))
}

fn make(
    connection: &mut Connection<'_>,
    caller: &Caller,
    wire: Wire,
    dto: &MemoryCreateDto,
) -> Result<MemoryResponseDto> {
    let owner = caller.user_id()?;
    let memory = NewMemory {
        id: new_id(),
        owner_id: owner,
        kind: dto.kind,
        year: dto.data.year,
        is_saved: dto.is_saved.unwrap_or(false),
        is_kept: true,
        memory_at: dto.memory_at,
        seen_at: dto.seen_at,
        show_at: dto.show_at,
        hide_at: dto.hide_at,
        created_at: now(),
    };
    let addable = queries::addable(connection, owner, &dto.asset_ids)?;
    memory_assets::require_room(addable.len())?;
    queries::insert(connection, &memory)?;
    queries::add_assets(connection, memory.id, addable)?;
    let memory = require_own(connection, caller, MemoryCreate, memory.id)?;
    Ok(response::read_one(connection, caller, wire, memory)?)
}
