//! `DELETE /stacks`, `/stacks/{id}`: lets the assets of stacks stand by themselves again.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use super::require;
use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::stacks;
use kallitype_db::Connection;
use kallitype_web::bulk::BulkIdsDto;
use kallitype_web::error::Result;
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/stacks",
    tag = "Stacks",
    operation_id = "deleteStacks",
    request_body = BulkIdsDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_stacks(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<BulkIdsDto>,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    let mut ids = dto.ids;
    ids.sort_unstable();
    ids.dedup();
    app.commit(move |connection| delete(connection, user, &ids))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(
    delete,
    path = "/api/stacks/{id}",
    tag = "Stacks",
    operation_id = "deleteStack",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_stack(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(move |connection| delete(connection, user, &[id]))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Dissolves stacks, or none of them when one is out of reach.
fn delete(connection: &mut Connection<'_>, user: Uuid, ids: &[Uuid]) -> Result<()> {
    let now = now();
    for id in ids {
        connection.lock("stack", *id)?;
        require(connection, user, *id, Permission::StackDelete)?;
        stacks::take_apart(connection, user, *id, now)?;
    }
    Ok(())
}
