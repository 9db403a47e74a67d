//! `PUT /sessions/{id}` and `POST /sessions/{id}/lock`: changes a session, or closes the locked assets to it.

use axum::Json;
use axum::extract::State;
use http::StatusCode;

use super::dto::{SessionResponseDto, SessionUpdateDto};
use super::{current, queries, require_own};
use crate::access::{Caller, Permission};
use crate::auth::queries::set_unlocked_until;
use crate::http::error::{ApiError, Result};
use crate::http::fields::{Body, Id};
use crate::http::state::App;

#[utoipa::path(
    put,
    path = "/api/sessions/{id}",
    tag = "Sessions",
    operation_id = "updateSession",
    params(("id" = uuid::Uuid, Path)),
    request_body = SessionUpdateDto,
    responses((status = 200, body = SessionResponseDto, description = "")),
)]
pub async fn update_session(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<SessionUpdateDto>,
) -> Result<Json<SessionResponseDto>> {
    let (user, current) = (caller.user_id()?, current(&caller)?);
    let updated = app
        .db
        .write(move |connection| {
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
pub async fn lock_session(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    app.db
        .write(move |connection| {
            require_own(connection, &caller, id, Permission::AuthDeviceDelete)?;
            Ok::<_, ApiError>(set_unlocked_until(connection, id, None)?)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
