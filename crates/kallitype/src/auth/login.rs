//! `POST /auth/login`: begins a session.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, header};
use rand::distr::{Alphanumeric, SampleString};
use uuid::Uuid;

use super::device::Device;
use super::dto::{LoginCredentialDto, LoginResponseDto};
use super::queries::{self, NewSession, Secrets};
use crate::http::authentication::hash_secret;
use crate::http::client::Client;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::password::{self, Verdict};
use crate::http::state::App;
use crate::http::{cookies, created};
use crate::library;
use crate::users;

/// So many letters and digits hold 256 bits.
const SECRET_LENGTH: usize = 43;

#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "Authentication",
    operation_id = "login",
    request_body = LoginCredentialDto,
    responses((status = 201, body = LoginResponseDto, description = "")),
)]
pub async fn login(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Body(dto): Body<LoginCredentialDto>,
) -> Result<Response> {
    let id = check(&app, client, &dto).await?;
    let token = new_secret();
    let device = Device::of(&headers);
    let session = NewSession {
        user_id: id,
        token_hash: hash_secret(&token),
        device_type: device.kind,
        device_os: device.system,
        expires_at: None,
    };
    let (user, is_onboarded) = app
        .db
        .write(move |connection| {
            queries::insert_session(connection, &session)?;
            let user = users::queries::find(connection, id)?
                .ok_or_else(|| ApiError::internal("an account vanished while it signed in"))?;
            let is_onboarded = users::queries::is_onboarded(connection, id)?;
            Ok::<_, ApiError>((user, is_onboarded))
        })
        .await?;
    let mut response = created(LoginResponseDto {
        access_token: token.clone(),
        is_admin: user.is_admin,
        is_onboarded,
        name: user.name,
        profile_image_path: user.profile_image_path,
        should_change_password: user.should_change_password,
        user_email: user.email,
        user_id: id,
    });
    for (name, value, readable) in [
        (cookies::ACCESS_TOKEN, token.as_str(), false),
        (cookies::AUTH_TYPE, "password", false),
        (cookies::IS_AUTHENTICATED, "true", true),
    ] {
        let cookie = cookies::set(name, value, client.is_secure, readable)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A random secret of 256 bits, in letters and digits only: it has to pass for a word on command lines.
#[must_use]
pub fn new_secret() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), SECRET_LENGTH)
}

/// The account whose address and password were given. Unknown address or wrong password, the answer is the same
/// and takes as long.
async fn check(app: &App, client: Client, dto: &LoginCredentialDto) -> Result<Uuid> {
    let keys = [client.origin(), format!("account {}", dto.email)];
    let email = dto.email.clone();
    let account = app
        .db
        .read(move |connection| queries::find_secrets_by_email(connection, &email))
        .await?;
    let kept = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    match (
        account,
        password::verify_guess(app, &keys, dto.password.clone(), kept).await?,
    ) {
        (Some(account), Verdict::Right) => Ok(account.id),
        (Some(account), Verdict::Outdated) => {
            let id = account.id;
            renew(app, account, dto.password.clone()).await?;
            Ok(id)
        }
        _ => {
            tracing::warn!(address = %client.address, "someone could not sign in");
            Err(ApiError::unauthorized("Incorrect email or password"))
        }
    }
}

/// Keeps a right password in the present form from now on.
async fn renew(app: &App, account: Secrets, password: String) -> Result<()> {
    let hash = password::hash(app, password).await?;
    let id = account.id;
    app.db
        .write(move |connection| queries::renew_password_hash(connection, &account, &hash))
        .await?;
    library::journal_account(app, id).await;
    Ok(())
}
