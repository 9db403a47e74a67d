//! `/auth/pin-code`: the PIN that opens locked assets.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::password;
use crate::app::password::Verdict;
use crate::app::state::App;
use crate::core::accounts::sign_in;
use crate::core::accounts::sign_in::Secrets;
use crate::core::guesses;
use crate::core::guesses::Counted;
use crate::core::sessions;
use crate::features::auth::dto::{PinCodeChangeDto, PinCodeResetDto, PinCodeSetupDto};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/auth/pin-code",
    tag = "Authentication",
    operation_id = "setupPinCode",
    request_body = PinCodeSetupDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn setup_pin_code(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<PinCodeSetupDto>,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    if secrets(&app, user).await?.pin_hash.is_some() {
        return Err(ApiError::bad_request("User already has a PIN code"));
    }
    set(&app, user, Some(dto.pin_code)).await
}

#[utoipa::path(
    put,
    path = "/api/auth/pin-code",
    tag = "Authentication",
    operation_id = "changePinCode",
    request_body = PinCodeChangeDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn change_pin_code(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<PinCodeChangeDto>,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    prove(&app, user, dto.pin_code, dto.password).await?;
    set(&app, user, Some(dto.new_pin_code)).await
}

#[utoipa::path(
    delete,
    path = "/api/auth/pin-code",
    tag = "Authentication",
    operation_id = "resetPinCode",
    request_body = PinCodeResetDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn reset_pin_code(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<PinCodeResetDto>,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    prove(&app, user, dto.pin_code, dto.password).await?;
    set(&app, user, None).await
}

async fn secrets(app: &App, user: Uuid) -> Result<Secrets> {
    let found = app
        .db
        .read(move |connection| sign_in::find_secrets(connection, user))
        .await?;
    found.ok_or_else(|| ApiError::unauthorized("Authentication required"))
}

async fn set(app: &App, user: Uuid, pin: Option<String>) -> Result<StatusCode> {
    let hash = match pin {
        Some(pin) => Some(password::hash(app, pin).await?),
        None => None,
    };
    app.commit(move |connection| {
        sign_in::set_pin(connection, user, hash.clone())?;
        sessions::queries::lock_sessions(connection, user)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether this is the user's password. Guessing it here is slowed down as it is when signing in.
///
/// # Errors
/// 429 after too many wrong ones.
pub(crate) async fn matches_password(app: &App, user: Uuid, password: String) -> Result<bool> {
    let kept = secrets(app, user).await?.password_hash;
    matches(app, user, password, kept).await
}

async fn matches(app: &App, user: Uuid, secret: String, kept: Option<String>) -> Result<bool> {
    let counted = [Counted::of(format!("secrets of {user}"))];
    Ok(guesses::verify(app, &counted, secret, kept).await? != Verdict::Wrong)
}

/// Requires the PIN or the password.
///
/// # Errors
/// 400 when neither is given or right, 429 after too many wrong ones.
pub(crate) async fn prove(
    app: &App,
    user: Uuid,
    pin: Option<String>,
    password: Option<String>,
) -> Result<()> {
    let secrets = secrets(app, user).await?;
    if secrets.pin_hash.is_none() {
        return Err(ApiError::bad_request("User does not have a PIN code"));
    }
    let (given, kept, refusal) = match (pin, password) {
        (Some(pin), _) => (pin, secrets.pin_hash, "Wrong PIN code"),
        (None, Some(password)) => (password, secrets.password_hash, "Wrong password"),
        (None, None) => {
            return Err(ApiError::bad_request(
                "Either password or pinCode is required",
            ));
        }
    };
    if matches(app, user, given, kept).await? {
        Ok(())
    } else {
        Err(ApiError::bad_request(refusal))
    }
}
