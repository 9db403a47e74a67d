//! `DELETE /libraries/{id}`: takes a library out of use. Its assets go with it, its files stay.

use axum::extract::State;
use http::StatusCode;

use super::require;
use crate::app::state::App;
use crate::core::libraries;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/libraries/{id}",
    tag = "Libraries",
    operation_id = "deleteLibrary",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_library(State(app): State<App>, Id(id): Id) -> Result<StatusCode> {
    app.commit(move |connection| {
        // A scan that is recording something is done, or finds that the library is gone.
        connection.lock("library", id)?;
        require(connection, id)?;
        libraries::begin_removal(connection, id, now())?;
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
