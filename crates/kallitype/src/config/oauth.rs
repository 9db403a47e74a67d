use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};
use openidconnect::core::CoreJwsSigningAlgorithm;
use url::Url;

use kallitype_client::Secret;

/// What providers append to their address to describe themselves; some say it is their address.
const DESCRIPTION: &str = "/.well-known/openid-configuration";

/// Signing in at a provider that speaks OpenID Connect.
#[derive(Debug, Clone, Args)]
pub struct OAuthOptions {
    /// The address of a provider that speaks OpenID Connect, to sign in there; empty for none
    #[arg(
        long = "oauth-issuer-url",
        env = "KALLITYPE_OAUTH_ISSUER_URL",
        default_value = ""
    )]
    pub issuer_url: String,

    /// The name under which the provider knows this server
    #[arg(
        long = "oauth-client-id",
        env = "KALLITYPE_OAUTH_CLIENT_ID",
        default_value = ""
    )]
    pub client_id: String,

    /// The secret that goes with the name [default: none]
    #[arg(
        long = "oauth-client-secret",
        env = "KALLITYPE_OAUTH_CLIENT_SECRET",
        hide_env_values = true
    )]
    pub client_secret: Option<Secret>,

    /// A file that holds the secret instead [default: none]
    #[arg(
        long = "oauth-client-secret-file",
        env = "KALLITYPE_OAUTH_CLIENT_SECRET_FILE",
        conflicts_with = "client_secret"
    )]
    pub client_secret_file: Option<PathBuf>,

    /// How the secret is sent to the provider
    #[arg(
        long = "oauth-token-auth-method",
        env = "KALLITYPE_OAUTH_TOKEN_AUTH_METHOD",
        value_enum,
        default_value = "client_secret_post"
    )]
    pub token_auth_method: TokenAuthMethod,

    /// What the provider is asked for
    #[arg(
        long = "oauth-scope",
        env = "KALLITYPE_OAUTH_SCOPE",
        default_value = "openid email profile"
    )]
    pub scope: String,

    /// How the provider signs who someone is
    #[arg(long = "oauth-signing-algorithm", env = "KALLITYPE_OAUTH_SIGNING_ALGORITHM", default_value = "RS256",
        value_parser = signing_algorithm)]
    pub signing_algorithm: CoreJwsSigningAlgorithm,

    /// What stands on the button that leads to the provider
    #[arg(
        long = "oauth-button-text",
        env = "KALLITYPE_OAUTH_BUTTON_TEXT",
        default_value = "Login with OAuth"
    )]
    pub button_text: String,

    /// Whether whoever comes from the provider without an account gets one: true or false
    #[arg(long = "oauth-auto-register", env = "KALLITYPE_OAUTH_AUTO_REGISTER", default_value_t = true,
        action = ArgAction::Set)]
    pub auto_register: bool,

    /// Whether the login page leads to the provider by itself: true or false
    #[arg(long = "oauth-auto-launch", env = "KALLITYPE_OAUTH_AUTO_LAUNCH", default_value_t = false,
        action = ArgAction::Set)]
    pub auto_launch: bool,

    /// Where providers that refuse app.immich:///oauth-callback send the phone apps' users instead: this server's
    /// address with /api/oauth/mobile-redirect [default: none]
    #[arg(
        long = "oauth-mobile-redirect-url",
        env = "KALLITYPE_OAUTH_MOBILE_REDIRECT_URL"
    )]
    pub mobile_redirect_url: Option<Url>,

    /// The claim that gives a new account its storage label
    #[arg(
        long = "oauth-storage-label-claim",
        env = "KALLITYPE_OAUTH_STORAGE_LABEL_CLAIM",
        default_value = "preferred_username"
    )]
    pub storage_label_claim: String,

    /// The claim that gives a new account its quota, in GiB
    #[arg(
        long = "oauth-storage-quota-claim",
        env = "KALLITYPE_OAUTH_STORAGE_QUOTA_CLAIM",
        default_value = "immich_quota"
    )]
    pub storage_quota_claim: String,

    /// The claim that makes a new account an administrator's, when it is admin
    #[arg(
        long = "oauth-role-claim",
        env = "KALLITYPE_OAUTH_ROLE_CLAIM",
        default_value = "immich_role"
    )]
    pub role_claim: String,

    /// GiB that new accounts may keep, unless a claim says otherwise [default: no limit]
    #[arg(
        long = "oauth-default-quota-gib",
        env = "KALLITYPE_OAUTH_DEFAULT_QUOTA_GIB"
    )]
    pub default_quota_gib: Option<u32>,

    /// Seconds the provider may take for one answer
    #[arg(
        long = "oauth-timeout-seconds",
        env = "KALLITYPE_OAUTH_TIMEOUT_SECONDS",
        default_value_t = 30
    )]
    pub timeout_seconds: u64,

    /// Bytes of one answer of the provider's
    #[arg(long = "oauth-max-answer-bytes", env = "KALLITYPE_OAUTH_MAX_ANSWER_BYTES", default_value_t = 1 << 20)]
    pub max_answer_bytes: usize,

    /// Seconds someone may take to sign in at the provider
    #[arg(
        long = "oauth-flow-seconds",
        env = "KALLITYPE_OAUTH_FLOW_SECONDS",
        default_value_t = 600
    )]
    pub flow_seconds: u32,

    /// Times that one address may have begun to sign in at the provider without having finished
    #[arg(
        long = "oauth-max-flows",
        env = "KALLITYPE_OAUTH_MAX_FLOWS",
        default_value_t = 100
    )]
    pub max_flows: u32,
}

/// How a secret is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum TokenAuthMethod {
    /// In the body of the request.
    ClientSecretPost,
    /// In the request's Authorization header.
    ClientSecretBasic,
}

/// What is wrong with the settings of the provider.
#[derive(Debug, thiserror::Error)]
pub enum OAuthSettingsError {
    #[error("--oauth-issuer-url: {0}")]
    Issuer(#[from] url::ParseError),
    #[error("--oauth-issuer-url needs --oauth-client-id")]
    NoClient,
    #[error("--oauth-client-secret-file: {path} cannot be read: {source}")]
    Secret {
        path: String,
        source: std::io::Error,
    },
}

impl OAuthOptions {
    /// Whether there is a provider to sign in at.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        !self.issuer_url.is_empty()
    }

    /// The provider's address as it is expected to give it itself.
    #[must_use]
    pub fn issuer(&self) -> &str {
        let url = self.issuer_url.trim();
        url.strip_suffix(DESCRIPTION).unwrap_or(url)
    }

    /// The secret, from wherever it is given.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn secret(&self) -> Result<Option<Secret>, OAuthSettingsError> {
        match &self.client_secret_file {
            Some(path) => read_secret(path).map(Some),
            None => Ok(self.client_secret.clone()),
        }
    }

    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}

fn read_secret(path: &Path) -> Result<Secret, OAuthSettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| OAuthSettingsError::Secret {
        path: path.display().to_string(),
        source,
    })?;
    Ok(text.trim().parse().unwrap_or_else(|never| match never {}))
}

/// An algorithm by its name in JSON Web Tokens. Unsigned tokens are never believed.
fn signing_algorithm(name: &str) -> Result<CoreJwsSigningAlgorithm, String> {
    let known = serde_json::from_value(serde_json::Value::String(name.to_owned()));
    match known {
        Ok(CoreJwsSigningAlgorithm::None) | Err(_) => {
            Err(format!("{name} is not the name of an algorithm"))
        }
        Ok(algorithm) => Ok(algorithm),
    }
}
