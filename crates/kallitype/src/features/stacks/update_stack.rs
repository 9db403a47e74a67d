//! `PUT /stacks/{id}`: lets another asset stand for a stack.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::dto::{StackResponseDto, StackUpdateDto, stream_stack};
use super::require;
use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::stacks::{Stack, queries, tell_changed};
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::stream;
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    put,
    path = "/api/stacks/{id}",
    tag = "Stacks",
    operation_id = "updateStack",
    params(("id" = uuid::Uuid, Path)),
    request_body = StackUpdateDto,
    responses((status = 200, body = StackResponseDto, description = "")),
)]
pub(crate) async fn update_stack(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Body(dto): Body<StackUpdateDto>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let stack = app
        .commit(move |connection| update(connection, user, id, dto))
        .await?;
    let json = stream_stack(&app, &caller, wire, &stack);
    Ok(stream::answer(StatusCode::OK, json))
}

fn update(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
    dto: StackUpdateDto,
) -> Result<Stack> {
    connection.lock("stack", id)?;
    let stack = require(connection, user, id, Permission::StackUpdate)?;
    let Some(primary) = dto.primary_asset_id else {
        return Ok(stack);
    };
    if !stack.assets.contains(&primary) {
        return Err(ApiError::bad_request("Primary asset must be in the stack"));
    }
    queries::set_primary(connection, id, primary, now())?;
    queries::set_by_hand(connection, id)?;
    tell_changed(connection, user)?;
    require(connection, user, id, Permission::StackUpdate)
}
