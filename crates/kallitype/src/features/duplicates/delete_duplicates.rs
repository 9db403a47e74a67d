//! `DELETE /duplicates`, `/duplicates/{id}`: assets that were taken for duplicates are to stand by themselves. They stay
//! where they are. What is no group of the caller's is passed over.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use super::queries;
use crate::access::Caller;
use crate::app::state::App;
use kallitype_web::bulk::BulkIdsDto;
use kallitype_web::error::Result;
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/duplicates",
    tag = "Duplicates",
    operation_id = "deleteDuplicates",
    request_body = BulkIdsDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_duplicates(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<BulkIdsDto>,
) -> Result<StatusCode> {
    clear(&app, &caller, dto.ids).await
}

#[utoipa::path(
    delete,
    path = "/api/duplicates/{id}",
    tag = "Duplicates",
    operation_id = "deleteDuplicate",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_duplicate(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    clear(&app, &caller, vec![id]).await
}

async fn clear(app: &App, caller: &Caller, groups: Vec<Uuid>) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(move |connection| queries::clear(connection, user, &groups, now()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
