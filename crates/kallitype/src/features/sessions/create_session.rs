//! `POST /sessions`: signs in another device, which is given the token.

use axum::extract::State;
use axum::response::Response;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::sessions::queries::{NewSession, insert_session};
use crate::features::sessions::dto::{SessionCreateDto, SessionCreateResponseDto};
use crate::features::sessions::queries;
use kallitype_web::credential::{hash_secret, new_secret};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::response::created;
use kallitype_web::time::{SECOND, now};

#[utoipa::path(
    post,
    path = "/api/sessions",
    tag = "Sessions",
    operation_id = "createSession",
    request_body = SessionCreateDto,
    responses((status = 201, body = SessionCreateResponseDto, description = "")),
)]
pub(crate) async fn create_session(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<SessionCreateDto>,
) -> Result<Response> {
    let user = caller.user_id()?;
    if caller.principal()?.session.is_none() {
        return Err(ApiError::bad_request(
            "This endpoint can only be used with a session token",
        ));
    }
    let token = new_secret();
    let session = NewSession {
        user_id: user,
        token_hash: hash_secret(&token),
        device_type: dto.device_type.unwrap_or_default(),
        device_os: dto.device_os.unwrap_or_default(),
        expires_at: dto.duration.map(|seconds| now() + seconds * SECOND),
        is_oauth: false,
    };
    let begun = app
        .commit(move |connection| {
            let id = insert_session(connection, &session)?;
            queries::find(connection, user, id, None)
        })
        .await?;
    let session =
        begun.ok_or_else(|| ApiError::internal("a session vanished while it was begun"))?;
    Ok(created(SessionCreateResponseDto::new(session, token)))
}
