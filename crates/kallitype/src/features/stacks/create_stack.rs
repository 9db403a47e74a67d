//! `POST /stacks`: makes a stack of some assets.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::dto::{StackCreateDto, StackResponseDto, stream_stack};
use super::require;
use crate::access::{Action, Caller, Permission, require_all};
use crate::app::state::App;
use crate::core::stacks;
use crate::core::stacks::Stack;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;
use kallitype_web::stream;
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    post,
    path = "/api/stacks",
    tag = "Stacks",
    operation_id = "createStack",
    request_body = StackCreateDto,
    responses((status = 201, body = StackResponseDto, description = "")),
)]
pub(crate) async fn create_stack(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Body(dto): Body<StackCreateDto>,
) -> Result<Response> {
    let creator = caller.clone();
    let stack = app
        .commit(move |connection| create(connection, &creator, &dto))
        .await?;
    let json = stream_stack(&app, &caller, wire, &stack);
    Ok(stream::answer(StatusCode::CREATED, json))
}

fn create(connection: &mut Connection<'_>, caller: &Caller, dto: &StackCreateDto) -> Result<Stack> {
    let user = caller.user_id()?;
    require_all(connection, caller, Action::Update, &dto.asset_ids)?;
    let id = stacks::create(connection, user, &dto.asset_ids, now())?;
    require(connection, user, id, Permission::StackRead)
}
