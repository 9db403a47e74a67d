//! `POST /libraries/{id}/scan`: has a library looked through.

use axum::extract::State;
use http::StatusCode;

use super::require;
use crate::app::state::App;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    post,
    path = "/api/libraries/{id}/scan",
    tag = "Libraries",
    operation_id = "scanLibrary",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn scan_library(State(app): State<App>, Id(id): Id) -> Result<StatusCode> {
    app.commit(move |connection| {
        require(connection, id)?;
        queue::enqueue_by_hand(connection, JobKind::ScanLibrary, id)?;
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
