//! `DELETE /shared-links/{id}`: the link shows nothing any more.

use axum::extract::State;
use http::StatusCode;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::links;
use crate::features::shared_links::not_found;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    delete,
    path = "/api/shared-links/{id}",
    tag = "Shared Links",
    operation_id = "removeSharedLink",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn remove_shared_link(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(move |connection| {
        links::find_own(connection, user, id)?.ok_or_else(not_found)?;
        Ok::<_, ApiError>(links::delete(connection, id)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
