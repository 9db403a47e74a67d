//! `GET /auth/status`: what the session may do, and until when.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts::sign_in;
use crate::core::sessions;
use crate::features::auth::dto::AuthStatusResponseDto;
use kallitype_web::error::Result;
use kallitype_web::time::Time;

#[utoipa::path(
    get,
    path = "/api/auth/status",
    tag = "Authentication",
    operation_id = "getAuthStatus",
    responses((status = 200, body = AuthStatusResponseDto, description = "")),
)]
pub(crate) async fn get_auth_status(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<AuthStatusResponseDto>> {
    let principal = caller.principal()?;
    let (user, session) = (
        principal.user.id,
        principal.session.as_ref().map(|session| session.id),
    );
    let (secrets, times) = app
        .db
        .read_consistent(move |connection| {
            let secrets = sign_in::find_secrets(connection, user)?;
            let times = session
                .map(|id| sessions::queries::find_session_times(connection, id))
                .transpose()?
                .flatten();
            Ok::<_, kallitype_db::DatabaseError>((secrets, times))
        })
        .await?;
    let (expires_at, pin_expires_at) = times.unwrap_or_default();
    Ok(Json(AuthStatusResponseDto {
        expires_at: expires_at.map(Time),
        is_elevated: principal.is_elevated(),
        password: secrets
            .as_ref()
            .is_some_and(|secrets| secrets.password_hash.is_some()),
        pin_code: secrets.is_some_and(|secrets| secrets.pin_hash.is_some()),
        pin_expires_at: pin_expires_at.map(Time),
    }))
}
