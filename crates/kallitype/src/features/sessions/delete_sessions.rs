//! `DELETE /sessions` and `/sessions/{id}`: signs out everywhere else, or in one place.

use axum::extract::State;
use http::StatusCode;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::sessions;
use crate::features::sessions::{current, require_own};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    delete,
    path = "/api/sessions",
    tag = "Sessions",
    operation_id = "deleteAllSessions",
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_all_sessions(
    State(app): State<App>,
    caller: Caller,
) -> Result<StatusCode> {
    let (user, current) = (caller.user_id()?, current(&caller)?);
    app.commit(move |connection| sessions::queries::delete_sessions(connection, user, current))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(
    delete,
    path = "/api/sessions/{id}",
    tag = "Sessions",
    operation_id = "deleteSession",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_session(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    app.commit(move |connection| {
        require_own(connection, &caller, id, Permission::AuthDeviceDelete)?;
        Ok::<_, ApiError>(sessions::queries::delete_session(connection, id)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
