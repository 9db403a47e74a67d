//! A sign-in on its way: begun here, taken to the provider, and brought back by the same browser or app.
//!
//! The state names it, and the verifier proves who began it. Browsers have both in cookies that scripts do not see;
//! apps make them themselves and keep the verifier until the end. Here only the state's hash is kept, and what the
//! verifier has to fit.

use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::Url;

use crate::app::origin::require_own_page;
use crate::app::state::App;
use crate::core::guesses;
use crate::core::guesses::Counted;
use crate::features::oauth::dto::{OAuthCallbackDto, OAuthConfigDto};
use crate::features::oauth::{provider, queries, redirect};
use crate::oidc::flow::Flow;
use crate::oidc::profile::Profile;
use crate::oidc::provider::refused;
use kallitype_db::DatabaseError;
use kallitype_web::client::Client;
use kallitype_web::cookies;
use kallitype_web::cookies::cookie;
use kallitype_web::credential::{hash_secret, new_secret};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::{SECOND, now};

/// A sign-in, just begun, with the secrets of whoever began it.
pub(crate) struct Begun {
    pub flow: Flow,
    pub state: String,
    /// `None` when the client has one of its own.
    pub code_verifier: Option<String>,
}

/// Begins a sign-in and remembers it.
///
/// # Errors
/// 400 for an address that is not this server's or a state that is in use, 429 when too many were begun from there.
pub(crate) async fn begin(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    dto: OAuthConfigDto,
) -> Result<Begun> {
    let redirect_uri = redirect::allowed(&app.config(), headers, &dto.redirect_uri)
        .ok_or_else(|| ApiError::bad_request("The redirect URI is not one of this server's"))?;
    let code_verifier = dto.code_challenge.is_none().then(new_secret);
    let flow = Flow {
        is_of_client: dto.code_challenge.is_some(),
        code_challenge: match (dto.code_challenge, &code_verifier) {
            (None, Some(verifier)) => challenge(verifier),
            (challenge, _) => challenge.unwrap_or_default(),
        },
        nonce: new_secret(),
        redirect_uri,
    };
    let state = dto.state.unwrap_or_else(new_secret);
    remember(app, client, &state, &flow).await?;
    Ok(Begun {
        flow,
        state,
        code_verifier,
    })
}

async fn remember(app: &App, client: Client, state: &str, flow: &Flow) -> Result<()> {
    let options = &app.settings.oauth;
    let (max_flows, seconds) = (i64::from(options.max_flows), options.flow_seconds);
    let (hash, origin, flow) = (hash_secret(state), client.origin(), flow.clone());
    let now = now();
    let expires_at = now + i64::from(seconds) * SECOND;
    app.commit(move |connection| {
        queries::forget_expired(connection, now)?;
        if queries::count_of_origin(connection, &origin)? >= max_flows {
            return Err(ApiError::too_many_requests(
                "Too many sign-ins were begun and not finished, try again later",
                u64::from(seconds),
            ));
        }
        match queries::insert(connection, &hash, &flow, &origin, expires_at) {
            Err(DatabaseError::Duplicate) => {
                Err(ApiError::bad_request("OAuth state is in use already"))
            }
            inserted => Ok(inserted?),
        }
    })
    .await
}

/// Who came back from the provider, if it is who went there. What was begun is then over, well or not.
///
/// # Errors
/// 400 when anything is not as it was begun, 429 after too many tries of that, 503 when the provider does not answer.
pub(crate) async fn finish(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    dto: OAuthCallbackDto,
) -> Result<Profile> {
    let provider = provider(app)?;
    // A page elsewhere could have a browser sign in as whom it likes, with an app's secrets that it made itself.
    if require_own_page(&app.config(), headers).is_err() {
        return Err(refused());
    }
    let counted = [Counted::from(format!("oauth from {}", client.origin()))];
    guesses::refuse_if_throttled(app, &counted).await?;
    let returned = Returned::read(&dto.url).ok_or_else(refused)?;
    let state = dto
        .state
        .or_else(|| cookie(headers, cookies::OAUTH_STATE))
        .filter(|state| !state.is_empty())
        .ok_or_else(|| ApiError::bad_request("OAuth state is missing"))?;
    let taken = match returned.state.as_ref() == Some(&state) {
        true => take(app, headers, &state, dto.code_verifier).await?,
        false => None,
    };
    let Some((flow, verifier)) = taken else {
        guesses::note_wrong(app, &counted).await?;
        return Err(refused());
    };
    if redirect::allowed(&app.config(), headers, &returned.address).as_ref()
        != Some(&flow.redirect_uri)
    {
        return Err(refused());
    }
    let code = returned.code.ok_or_else(refused)?;
    Ok(provider.redeem(&flow, code, verifier).await?)
}

/// The sign-in that a state names, with its verifier, if that is the right one. No one can take it again.
async fn take(
    app: &App,
    headers: &HeaderMap,
    state: &str,
    told: Option<String>,
) -> Result<Option<(Flow, String)>> {
    let (hash, now) = (hash_secret(state), now());
    let taken = app
        .commit(move |connection| queries::take(connection, &hash, now))
        .await?;
    let Some(flow) = taken else {
        return Ok(None);
    };
    // What a browser was given counts only as its cookie, which no one else can make it send.
    let verifier = match flow.is_of_client {
        true => told,
        false => cookie(headers, cookies::OAUTH_CODE_VERIFIER),
    };
    let verifier = verifier
        .filter(|verifier| !verifier.is_empty())
        .ok_or_else(|| ApiError::bad_request("OAuth code verifier is missing"))?;
    let fits = challenge(&verifier)
        .as_bytes()
        .ct_eq(flow.code_challenge.as_bytes());
    Ok(bool::from(fits).then_some((flow, verifier)))
}

fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// What the provider added to the address that it sent the browser back to.
pub(crate) struct Returned {
    /// The address without it.
    pub address: String,
    code: Option<String>,
    state: Option<String>,
}

impl Returned {
    pub(crate) fn read(url: &str) -> Option<Self> {
        let parsed = Url::parse(url).ok()?;
        let value = |name: &str| {
            let mut pairs = parsed.query_pairs();
            pairs
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        Some(Self {
            address: url.split(['?', '#']).next()?.to_owned(),
            code: value("code"),
            state: value("state"),
        })
    }
}

/// Has a browser keep what shows that it began the sign-in.
///
/// # Errors
/// Never: what cannot stand in a cookie was refused before.
pub(crate) fn set_cookies(
    app: &App,
    client: Client,
    begun: &Begun,
    response: &mut Response,
) -> Result<()> {
    let seconds = app.settings.oauth.flow_seconds;
    let secrets = [
        (cookies::OAUTH_STATE, Some(&begun.state)),
        (cookies::OAUTH_CODE_VERIFIER, begun.code_verifier.as_ref()),
    ];
    for (name, secret) in secrets {
        let Some(secret) = secret else { continue };
        let cookie = cookies::set_for(seconds, name, secret, client.is_secure)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(())
}

/// Has a browser forget them: no sign-in is finished twice.
///
/// # Errors
/// Never.
pub(crate) fn clear_cookies(response: &mut Response) -> Result<()> {
    for name in [cookies::OAUTH_STATE, cookies::OAUTH_CODE_VERIFIER] {
        let cookie = cookies::clear(name)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(())
}
