//! `DELETE /api-keys/{id}`: the key opens nothing any more.

use axum::extract::State;
use http::StatusCode;

use crate::access::{Caller, Grant};
use crate::app::state::App;
use crate::features::api_keys::{not_found, queries, require_cover};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    delete,
    path = "/api/api-keys/{id}",
    tag = "API Keys",
    operation_id = "deleteApiKey",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_api_key(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(move |connection| {
        let key = queries::find(connection, user, id)?.ok_or_else(not_found)?;
        require_cover(caller.principal()?, &Grant::new(key.permissions))?;
        queries::delete(connection, id)?;
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
