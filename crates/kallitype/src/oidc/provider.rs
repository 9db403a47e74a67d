//! The provider: where to sign in, and who someone is who did.
//!
//! It is asked to describe itself every time, so that it may change its keys and addresses whenever it likes.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, ConfigurationError, CsrfToken, DiscoveryError, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims, IdTokenFields, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeVerifier, ProviderMetadataWithLogout, RedirectUrl,
    RequestTokenError, Scope, StandardErrorResponse, StandardTokenResponse, SubjectIdentifier,
    TokenResponse, UserInfoClaims, UserInfoError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::oauth::{issuer, signing_algorithm};
use crate::config::system::oauth::{OAuthTokenEndpointAuthMethod, SystemConfigOAuthDto};
use crate::oidc::fetch::{FetchError, Fetcher, Listening};
use crate::oidc::flow::Flow;
use crate::oidc::profile::Profile;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::MAX_NAME;

/// A provider to sign in at.
pub(crate) struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    secret: Option<ClientSecret>,
    signing_algorithm: CoreJwsSigningAlgorithm,
    auth_method: OAuthTokenEndpointAuthMethod,
    scope: String,
    fetcher: Fetcher,
}

/// Claims that the standard does not name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct OtherClaims(Map<String, Value>);

impl AdditionalClaims for OtherClaims {}

type Tokens = StandardTokenResponse<
    IdTokenFields<
        OtherClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type Client = openidconnect::Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why the provider could not be asked, or did not say who someone is. The texts are for the log.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("the provider does not answer as it should: {0}")]
    Unavailable(String),
    #[error("the provider's answer is not accepted: {0}")]
    Refused(String),
}

impl From<ProviderError> for ApiError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unavailable(cause) => {
                Self::unavailable("The OAuth provider does not answer as it should", cause)
            }
            ProviderError::Refused(_) => {
                tracing::warn!(%error, "someone could not sign in at the provider");
                refused()
            }
        }
    }
}

impl Provider {
    /// The provider that the settings name, if they name one. It may answer so many bytes.
    ///
    /// # Errors
    /// When its address or its way of signing is none, or no TLS can be had on this machine.
    pub(crate) fn new(
        config: &SystemConfigOAuthDto,
        max_answer_bytes: usize,
    ) -> Result<Option<Self>, Box<dyn std::error::Error + Send + Sync>> {
        if !config.enabled {
            return Ok(None);
        }
        let secret = config.client_secret.reveal();
        let timeout = Duration::from_millis(config.timeout.into());
        Ok(Some(Self {
            issuer: IssuerUrl::new(issuer(&config.issuer_url).to_owned())?,
            client_id: ClientId::new(config.client_id.clone()),
            secret: (!secret.is_empty()).then(|| ClientSecret::new(secret.to_owned())),
            signing_algorithm: signing_algorithm(&config.signing_algorithm)?,
            auth_method: config.token_endpoint_auth_method,
            scope: config.scope.clone(),
            fetcher: Fetcher::new(timeout, max_answer_bytes)?,
        }))
    }

    /// The address to sign in at.
    ///
    /// # Errors
    /// When the provider does not describe itself.
    pub(crate) async fn sign_in_url(
        &self,
        flow: &Flow,
        state: String,
    ) -> Result<String, ProviderError> {
        let client = self.client(self.describe().await?);
        let nonce = Nonce::new(flow.nonce.clone());
        let redirect = redirect_url(flow)?;
        let request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            || CsrfToken::new(state),
            || nonce,
        );
        let scopes = self.scope.split_whitespace();
        let (url, _, _) = request
            .add_scopes(scopes.map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("code_challenge", &flow.code_challenge)
            .add_extra_param("code_challenge_method", "S256")
            .set_redirect_uri(Cow::Owned(redirect))
            .url();
        Ok(url.into())
    }

    /// Who signed in, for the code that the provider gave them.
    ///
    /// # Errors
    /// When the provider does not answer, does not take the code, or says who it is in a way that does not convince.
    pub(crate) async fn redeem(
        &self,
        flow: &Flow,
        code: String,
        verifier: String,
    ) -> Result<Profile, ProviderError> {
        let client = self.client(self.describe().await?);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .set_redirect_uri(Cow::Owned(redirect_url(flow)?))
            .request_async(&self.fetcher)
            .await?;
        let claims = self.check(&client, &tokens, &flow.nonce)?;
        let subject = claims.subject().clone();
        if subject.chars().count() > MAX_NAME {
            return Err(ProviderError::Refused("the subject is too long".into()));
        }
        let mut all = names_and_values(&claims)?;
        if let Some(token) = tokens.id_token() {
            take_as_said(&mut all, token.to_string().as_bytes());
        }
        if !all.contains_key("email") {
            all.extend(
                self.ask_further(&client, tokens.access_token(), &subject)
                    .await?,
            );
        }
        Ok(Profile::new(subject.to_string(), all))
    }

    /// Where a session that was begun at the provider is ended there too, if it offers that.
    ///
    /// # Errors
    /// When the provider does not describe itself.
    pub(crate) async fn logout_url(&self) -> Result<Option<String>, ProviderError> {
        let metadata = self.describe().await?;
        let end = &metadata.additional_metadata().end_session_endpoint;
        Ok(end.as_ref().map(|url| url.as_str().to_owned()))
    }

    async fn describe(&self) -> Result<ProviderMetadataWithLogout, ProviderError> {
        let described =
            ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &self.fetcher);
        Ok(described.await?)
    }

    fn client(&self, metadata: ProviderMetadataWithLogout) -> Client {
        let method = match self.auth_method {
            OAuthTokenEndpointAuthMethod::ClientSecretPost => AuthType::RequestBody,
            OAuthTokenEndpointAuthMethod::ClientSecretBasic => AuthType::BasicAuth,
        };
        Client::from_provider_metadata(metadata, self.client_id.clone(), self.secret.clone())
            .set_auth_type(method)
            // The settings name it among the others.
            .disable_openid_scope()
    }

    /// The claims of a token that the provider signed, for this server, for this flow, and not too long ago.
    fn check(
        &self,
        client: &Client,
        tokens: &Tokens,
        nonce: &str,
    ) -> Result<IdTokenClaims<OtherClaims, CoreGenderClaim>, ProviderError> {
        let refused = |what: &str| ProviderError::Refused(what.to_owned());
        let token = tokens.id_token();
        let token = token.ok_or_else(|| refused("it holds no token that says who it is"))?;
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs([self.signing_algorithm.clone()])
            // Tokens for several servers are taken if they were given to this one, which is looked at below.
            .set_other_audience_verifier_fn(|_| true);
        let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
        let is_given_to_us = match claims.authorized_party() {
            Some(party) => *party == self.client_id,
            None => claims.audiences().len() == 1,
        };
        if !is_given_to_us {
            return Err(refused("the token was given to someone else"));
        }
        Ok(claims.clone())
    }

    /// What the provider says of someone beside the token.
    async fn ask_further(
        &self,
        client: &Client,
        token: &AccessToken,
        subject: &SubjectIdentifier,
    ) -> Result<Map<String, Value>, ProviderError> {
        if client.user_info_url().is_none() {
            return Ok(Map::new());
        }
        let fetcher = Listening::to(&self.fetcher);
        let claims: UserInfoClaims<OtherClaims, CoreGenderClaim> = client
            .user_info(token.clone(), Some(subject.clone()))?
            .request_async(&fetcher)
            .await?;
        let mut all = names_and_values(&claims)?;
        take_as_said(&mut all, &fetcher.heard());
        Ok(all)
    }
}

fn redirect_url(flow: &Flow) -> Result<RedirectUrl, ProviderError> {
    RedirectUrl::new(flow.redirect_uri.clone())
        .map_err(|error| ProviderError::Refused(error.to_string()))
}

fn names_and_values(claims: &impl Serialize) -> Result<Map<String, Value>, ProviderError> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => Ok(claims),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(ProviderError::Refused(error.to_string())),
    }
}

/// The library takes texts for truth values, so that no one is shut out whose provider writes them. Whether an address
/// was verified is taken as it was said: an account is given away for it.
fn take_as_said(claims: &mut Map<String, Value>, said: &[u8]) {
    const CLAIM: &str = "email_verified";
    if claims.contains_key(CLAIM) {
        let said = claims_in(said).and_then(|mut claims| claims.remove(CLAIM));
        claims.insert(CLAIM.into(), said.unwrap_or_default());
    }
}

/// The claims in an object, or in a signed token that holds one.
fn claims_in(said: &[u8]) -> Option<Map<String, Value>> {
    if let Ok(claims) = serde_json::from_slice(said) {
        return Some(claims);
    }
    let payload = said.split(|byte| *byte == b'.').nth(1)?;
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&payload).ok()
}

/// An error with its causes: the library's own texts leave them out.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

impl From<DiscoveryError<FetchError>> for ProviderError {
    fn from(error: DiscoveryError<FetchError>) -> Self {
        Self::Unavailable(with_causes(&error))
    }
}

impl From<ConfigurationError> for ProviderError {
    fn from(error: ConfigurationError) -> Self {
        Self::Unavailable(with_causes(&error))
    }
}

impl From<RequestTokenError<FetchError, StandardErrorResponse<CoreErrorResponseType>>>
    for ProviderError
{
    fn from(
        error: RequestTokenError<FetchError, StandardErrorResponse<CoreErrorResponseType>>,
    ) -> Self {
        match &error {
            RequestTokenError::ServerResponse(answer) => Self::Refused(answer.to_string()),
            RequestTokenError::Request(_) => Self::Unavailable(with_causes(&error)),
            // What it answered may hold tokens, which no log shows.
            RequestTokenError::Parse(cause, _) => Self::Refused(with_causes(cause)),
            RequestTokenError::Other(cause) => Self::Refused(cause.clone()),
        }
    }
}

impl From<UserInfoError<FetchError>> for ProviderError {
    fn from(error: UserInfoError<FetchError>) -> Self {
        match &error {
            UserInfoError::Request(_) => Self::Unavailable(with_causes(&error)),
            _ => Self::Refused(with_causes(&error)),
        }
    }
}

impl From<ClaimsVerificationError> for ProviderError {
    fn from(error: ClaimsVerificationError) -> Self {
        Self::Refused(with_causes(&error))
    }
}

/// The answer to whoever may not come in, whatever the reason: it tells nothing of accounts or of what was wrong.
pub(crate) fn refused() -> ApiError {
    ApiError::bad_request("OAuth authentication failed")
}
