//! `POST /auth/login`: begins a session.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use uuid::Uuid;

use crate::app::origin::require_own_page;
use crate::app::password;
use crate::app::password::Verdict;
use crate::app::state::App;
use crate::core::accounts::sign_in;
use crate::core::accounts::sign_in::Secrets;
use crate::core::begin_session::{LoginResponseDto, Way, begin_session};
use crate::core::guesses;
use crate::core::guesses::Counted;
use crate::features::auth::dto::LoginCredentialDto;
use kallitype_db::Connection;
use kallitype_web::client::Client;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "Authentication",
    operation_id = "login",
    request_body = LoginCredentialDto,
    responses((status = 201, body = LoginResponseDto, description = "")),
)]
pub(crate) async fn login(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Body(dto): Body<LoginCredentialDto>,
) -> Result<Response> {
    // Or a page of someone else's signs its visitors in, and they put their pictures into another's account.
    require_own_page(&app.config(), &headers)?;
    if !app.config().password_login.enabled {
        return Err(ApiError::unauthorized("Password login has been disabled"));
    }
    let id = check(&app, client, &dto).await?;
    begin_session(&app, client, &headers, id, Way::Password).await
}

/// The account whose address and password were given. Unknown address or wrong password, the answer is the same
/// and takes as long.
async fn check(app: &App, client: Client, dto: &LoginCredentialDto) -> Result<Uuid> {
    let (email, origin) = (dto.email.clone(), client.origin());
    let (account, is_known) = app
        .db
        .read_consistent(move |connection| find(connection, &email, &origin))
        .await?;
    let mut counted = vec![Counted::from(client.origin())];
    // Whoever guesses elsewhere keeps no one out who comes from where they signed in before.
    if !is_known {
        counted.push(Counted::of(format!("account {}", dto.email)));
    }
    let kept = account
        .as_ref()
        .and_then(|account| account.password_hash.clone());
    match (
        account,
        guesses::verify(app, &counted, dto.password.clone(), kept).await?,
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

/// The account with an address, and whether its owner has signed in from there before.
fn find(
    connection: &mut Connection<'_>,
    email: &str,
    origin: &str,
) -> Result<(Option<Secrets>, bool)> {
    let account = sign_in::find_secrets_by_email(connection, email)?;
    let is_known = match &account {
        Some(account) => guesses::queries::is_known(connection, account.id, origin)?,
        None => false,
    };
    Ok((account, is_known))
}

/// Keeps a right password in the present form from now on.
async fn renew(app: &App, account: Secrets, password: String) -> Result<()> {
    let hash = password::hash(app, password).await?;
    app.commit(move |connection| sign_in::renew_password_hash(connection, &account, &hash))
        .await?;
    Ok(())
}
