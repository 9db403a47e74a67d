//! `DELETE /people/{id}` and `DELETE /people`: persons go, their faces stay and are no one's.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::people::assign;
use crate::core::people::own::require_person;
use kallitype_web::bulk::BulkIdsDto;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/people/{id}",
    tag = "People",
    operation_id = "deletePerson",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_person(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    delete(&app, caller, vec![id]).await
}

#[utoipa::path(
    delete,
    path = "/api/people",
    tag = "People",
    operation_id = "deletePeople",
    request_body = BulkIdsDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_people(
    State(app): State<App>,
    caller: Caller,
    Body(mut dto): Body<BulkIdsDto>,
) -> Result<StatusCode> {
    dto.ids.sort_unstable();
    dto.ids.dedup();
    delete(&app, caller, dto.ids).await
}

/// Deletes all of them, or none if one is not the caller's.
async fn delete(app: &App, caller: Caller, ids: Vec<Uuid>) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(move |connection| {
        for id in &ids {
            require_person(connection, &caller, *id, Permission::PersonDelete)?;
            assign::dissolve(connection, user, *id, None, now())?;
        }
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
