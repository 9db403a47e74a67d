//! `/auth/session/unlock` and `lock`: opens the locked assets to this session for a while, and closes them.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::sessions;
use crate::features::auth::dto::SessionUnlockDto;
use crate::features::auth::pin_code;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::time::{MINUTE, now};

/// How long the locked assets stay open, in microseconds.
const UNLOCK_DURATION: i64 = 15 * MINUTE;

#[utoipa::path(
    post,
    path = "/api/auth/session/unlock",
    tag = "Authentication",
    operation_id = "unlockAuthSession",
    request_body = SessionUnlockDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn unlock_auth_session(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<SessionUnlockDto>,
) -> Result<StatusCode> {
    let session = session(&caller)?;
    pin_code::prove(&app, caller.user_id()?, dto.pin_code, dto.password).await?;
    app.commit(move |connection| {
        sessions::queries::set_unlocked_until(connection, session, Some(now() + UNLOCK_DURATION))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(
    post,
    path = "/api/auth/session/lock",
    tag = "Authentication",
    operation_id = "lockAuthSession",
    responses((status = 204, description = "")),
)]
pub(crate) async fn lock_auth_session(
    State(app): State<App>,
    caller: Caller,
) -> Result<StatusCode> {
    let session = session(&caller)?;
    app.commit(move |connection| sessions::queries::set_unlocked_until(connection, session, None))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// API keys have no session that could be unlocked.
fn session(caller: &Caller) -> Result<Uuid> {
    let session = caller.principal()?.session.as_ref();
    session
        .map(|session| session.id)
        .ok_or_else(|| ApiError::bad_request("This endpoint can only be used with a session token"))
}
