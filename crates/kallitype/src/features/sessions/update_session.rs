//! `PUT /sessions/{id}` and `POST /sessions/{id}/lock`: changes a session, or closes the locked assets to it.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::sessions::queries::set_unlocked_until;
use crate::features::sessions::dto::{SessionResponseDto, SessionUpdateDto};
use crate::features::sessions::{current, queries, require_own};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};

#[utoipa::path(
    put,
    path = "/api/sessions/{id}",
    tag = "Sessions",
    operation_id = "updateSession",
    params(("id" = uuid::Uuid, Path)),
    request_body = SessionUpdateDto,
    responses((status = 200, body = SessionResponseDto, description = "")),
)]
pub(crate) async fn update_session(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<SessionUpdateDto>,
) -> Result<Json<SessionResponseDto>> {
    let (user, current) = (caller.user_id()?, current(&caller)?);
    let updated = app
        .commit(move |connection| {
            require_own(connection, &caller, id, Permission::SessionUpdate)?;
            if let Some(pending) = dto.is_pending_sync_reset {
                queries::set_pending_sync_reset(connection, id, pending)?;
            }
            let found = queries::find(connection, user, id, current)?;
            found.ok_or_else(|| ApiError::internal("a session vanished while it was changed"))
        })
        .await?;
    Ok(Json(updated))
}

#[utoipa::path(
    post,
    path = "/api/sessions/{id}/lock",
    tag = "Sessions",
    operation_id = "lockSession",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn lock_session(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    app.commit(move |connection| {
        require_own(connection, &caller, id, Permission::AuthDeviceDelete)?;
        Ok::<_, ApiError>(set_unlocked_until(connection, id, None)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
