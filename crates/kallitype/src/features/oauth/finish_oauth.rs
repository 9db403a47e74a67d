//! `POST /oauth/callback`: begins a session for whoever comes back from the provider.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use uuid::Uuid;

use crate::app::state::App;
use crate::config::system::oauth::SystemConfigOAuthDto;
use crate::core::accounts;
use crate::core::accounts::label::clean_label;
use crate::core::accounts::queries::AccountChanges;
use crate::core::accounts::sign_in::{NewAccount, create_account, has_admin, lock_accounts};
use crate::core::begin_session::{LoginResponseDto, Way, begin_session};
use crate::features::oauth::dto::OAuthCallbackDto;
use crate::features::oauth::flow;
use crate::features::oauth::queries;
use crate::oidc::profile::Profile;
use crate::oidc::provider::refused;
use kallitype_db::{Connection, DatabaseError};
use kallitype_web::client::Client;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, MAX_NAME};

#[utoipa::path(
    post,
    path = "/api/oauth/callback",
    tag = "OAuth",
    operation_id = "finishOAuth",
    request_body = OAuthCallbackDto,
    responses((status = 201, body = LoginResponseDto, description = "")),
)]
pub(crate) async fn finish_oauth(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Body(dto): Body<OAuthCallbackDto>,
) -> Result<Response> {
    let signed_in = sign_in(&app, client, &headers, dto).await;
    let mut response = signed_in.into_response();
    flow::clear_cookies(&mut response)?;
    Ok(response)
}

async fn sign_in(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    dto: OAuthCallbackDto,
) -> Result<Response> {
    let profile = flow::finish(app, client, headers, dto).await?;
    let config = app.config().oauth.clone();
    let id = app
        .commit(move |connection| account_of(connection, &profile, &config))
        .await?;
    begin_session(app, client, headers, id, Way::OAuth).await
}

/// The account of someone whom the provider knows; it is made or linked if need be.
fn account_of(
    connection: &mut Connection<'_>,
    profile: &Profile,
    config: &SystemConfigOAuthDto,
) -> Result<Uuid> {
    if let Some(account) = queries::find_by_oauth_id(connection, &profile.subject)? {
        return match account.is_active {
            true => Ok(account.id),
            false => Err(refused()),
        };
    }
    let email = profile.email().ok_or_else(refused)?;
    match queries::find_by_email(connection, &email)? {
        // Only who owns an address may take over the account that has it.
        Some(account)
            if account.is_active && account.oauth_id.is_empty() && profile.is_email_verified() =>
        {
            queries::link(connection, account.id, &profile.subject)?;
            Ok(account.id)
        }
        Some(_) => Err(refused()),
        None if config.auto_register => register(connection, profile, email, config),
        None => Err(refused()),
    }
}

/// Makes an account for someone who has none.
fn register(
    connection: &mut Connection<'_>,
    profile: &Profile,
    email: String,
    config: &SystemConfigOAuthDto,
) -> Result<Uuid> {
    let is_admin = profile.is_admin(&config.role_claim);
    lock_accounts(connection)?;
    if let Some(made) = queries::find_by_oauth_id(connection, &profile.subject)? {
        return Ok(made.id);
    }
    if !is_admin && !has_admin(connection)? {
        return Err(ApiError::bad_request(
            "The first account has to be an administrator's",
        ));
    }
    let id = create_account(
        connection,
        &NewAccount {
            email,
            name: profile.name(),
            // Opened by the provider alone, until a password is set.
            password_hash: String::new(),
            is_admin,
            should_change_password: false,
            quota_bytes: profile
                .quota_bytes(&config.storage_quota_claim)
                .or_else(|| config.default_quota_bytes()),
        },
    );
    let id = match id {
        Err(DatabaseError::Duplicate) => return Err(refused()),
        made => made?,
    };
    queries::link(connection, id, &profile.subject)?;
    if let Some(label) = profile.storage_label(&config.storage_label_claim) {
        label_account(connection, id, &label)?;
    }
    Ok(id)
}

/// Gives a new account its label in the storage, unless another has it.
fn label_account(connection: &mut Connection<'_>, id: Uuid, label: &str) -> Result<()> {
    let label = clean_label(label);
    let is_fit = (1..=MAX_NAME).contains(&label.chars().count());
    if !is_fit || accounts::queries::find_by_label(connection, &label)?.is_some() {
        tracing::warn!(account = %id, "a new account gets no storage label: its claim is taken, or none can be made of it");
        return Ok(());
    }
    let changes = AccountChanges {
        storage_label: Some(Some(label)),
        ..AccountChanges::default()
    };
    Ok(accounts::queries::update(connection, id, &changes)?)
}
