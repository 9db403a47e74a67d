//! `POST /auth/login`: begins a session.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use rand::distr::{Alphanumeric, SampleString};
use uuid::Uuid;

use super::begin_session::{Way, begin_session};
use super::dto::{LoginCredentialDto, LoginResponseDto};
use super::queries::{self, Secrets};
use crate::http::client::Client;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::password::{self, Verdict};
use crate::http::state::App;
use crate::library;

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
    if !app.settings.password_login {
        return Err(ApiError::unauthorized("Password login has been disabled"));
    }
    let id = check(&app, client, &dto).await?;
    begin_session(&app, client, &headers, id, Way::Password).await
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
        .and_then(|account| account.password_hash.clone());
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
