//! `DELETE /activities/{id}`: whoever said it takes it back, or the album's owner removes it.

use axum::extract::State;
use http::StatusCode;

use crate::access::{AlbumRole, Caller, role_in};
use crate::app::state::App;
use crate::features::activities::queries;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/activities/{id}",
    tag = "Activities",
    operation_id = "deleteActivity",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_activity(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    let refused = || ApiError::bad_request("Not found or no activity.delete access");
    app.commit(move |connection| {
        let (author, album) = queries::find_origin(connection, id)?.ok_or_else(refused)?;
        if author != user && role_in(connection, album, user)? != Some(AlbumRole::Owner) {
            return Err(refused());
        }
        Ok(queries::delete(connection, album, id, now())?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
