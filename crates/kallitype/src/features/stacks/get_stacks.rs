//! `GET /stacks`, `/stacks/{id}`: the caller's stacks.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::dto::{StackQuery, StackResponseDto, stream_stack};
use super::require;
use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::stacks;
use crate::core::stacks::Stack;
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::{Id, Queried};
use kallitype_web::stream;
use kallitype_web::version::Wire;

#[utoipa::path(
    get,
    path = "/api/stacks",
    tag = "Stacks",
    operation_id = "searchStacks",
    params(StackQuery),
    responses((status = 200, body = Vec<StackResponseDto>, description = "")),
)]
pub(crate) async fn search_stacks(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Queried(query): Queried<StackQuery>,
) -> Result<Response> {
    let searcher = caller.clone();
    let stacks = app
        .db
        .scan(move |connection| search(connection, &searcher, query))
        .await?;
    // Each is made when its turn comes: there may be very many.
    let streams = stacks
        .into_iter()
        .map(move |stack| stream_stack(&app, &caller, wire, &stack));
    let list = stream::bracketed(stream::parted(streams));
    Ok(stream::answer(StatusCode::OK, list))
}

fn search(
    connection: &mut Connection<'_>,
    caller: &Caller,
    query: StackQuery,
) -> Result<Vec<Stack>> {
    let user = caller.user_id()?;
    let Some(primary) = query.primary_asset_id else {
        return Ok(stacks::list(connection, user)?);
    };
    let Some(stack) = stacks::find_of_asset(connection, primary)? else {
        return Ok(Vec::new());
    };
    let own = stacks::find(connection, user, stack.id)?.into_iter();
    Ok(own.filter(|stack| stack.primary == primary).collect())
}

#[utoipa::path(
    get,
    path = "/api/stacks/{id}",
    tag = "Stacks",
    operation_id = "getStack",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = StackResponseDto, description = "")),
)]
pub(crate) async fn get_stack(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
) -> Result<Response> {
    let user = caller.user_id()?;
    let stack = app
        .db
        .read(move |connection| require(connection, user, id, Permission::StackRead))
        .await?;
    let json = stream_stack(&app, &caller, wire, &stack);
    Ok(stream::answer(StatusCode::OK, json))
}
