use std::path::{Path, PathBuf};

use clap::{ArgAction, Args, ValueEnum};
use openidconnect::core::CoreJwsSigningAlgorithm;
use url::Url;

use super::fixed::FixedSettings;
use super::system::oauth::MAX_QUOTA_GIB;
use kallitype_client::Secret;

/// What providers append to their address to describe themselves; some say it is their address.
const DESCRIPTION: &str = "/.well-known/openid-configuration";

/// Signing in at a provider that speaks OpenID Connect.
#[derive(Debug, Clone, Args)]
pub struct OAuthOptions {
    /// The address of a provider that speaks OpenID Connect, to sign in there; empty for none
    #[arg(long = "oauth-issuer-url", env = "KALLITYPE_OAUTH_ISSUER_URL")]
    pub issuer_url: Option<String>,

    /// The name under which the provider knows this server
    #[arg(long = "oauth-client-id", env = "KALLITYPE_OAUTH_CLIENT_ID")]
    pub client_id: Option<String>,

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

    /// How the secret is sent to the provider [default: client_secret_post]
    #[arg(
        long = "oauth-token-auth-method",
        env = "KALLITYPE_OAUTH_TOKEN_AUTH_METHOD",
        value_enum
    )]
    pub token_auth_method: Option<TokenAuthMethod>,

    /// What the provider is asked for [default: openid email profile]
    #[arg(long = "oauth-scope", env = "KALLITYPE_OAUTH_SCOPE")]
    pub scope: Option<String>,

    /// How the provider signs who someone is [default: RS256]
    #[arg(long = "oauth-signing-algorithm", env = "KALLITYPE_OAUTH_SIGNING_ALGORITHM",
        value_parser = algorithm_name)]
    pub signing_algorithm: Option<String>,

    /// What stands on the button that leads to the provider [default: Login with OAuth]
    #[arg(long = "oauth-button-text", env = "KALLITYPE_OAUTH_BUTTON_TEXT")]
    pub button_text: Option<String>,

    /// Whether whoever comes from the provider without an account gets one: true or false [default: true]
    #[arg(long = "oauth-auto-register", env = "KALLITYPE_OAUTH_AUTO_REGISTER", action = ArgAction::Set)]
    pub auto_register: Option<bool>,

    /// Whether the login page leads to the provider by itself: true or false [default: false]
    #[arg(long = "oauth-auto-launch", env = "KALLITYPE_OAUTH_AUTO_LAUNCH", action = ArgAction::Set)]
    pub auto_launch: Option<bool>,

    /// Where providers that refuse app.immich:///oauth-callback send the phone apps' users instead: this server's
    /// address with /api/oauth/mobile-redirect [default: none]
    #[arg(
        long = "oauth-mobile-redirect-url",
        env = "KALLITYPE_OAUTH_MOBILE_REDIRECT_URL"
    )]
    pub mobile_redirect_url: Option<Url>,

    /// The claim that gives a new account its storage label [default: preferred_username]
    #[arg(
        long = "oauth-storage-label-claim",
        env = "KALLITYPE_OAUTH_STORAGE_LABEL_CLAIM"
    )]
    pub storage_label_claim: Option<String>,

    /// The claim that gives a new account its quota, in GiB [default: immich_quota]
    #[arg(
        long = "oauth-storage-quota-claim",
        env = "KALLITYPE_OAUTH_STORAGE_QUOTA_CLAIM"
    )]
    pub storage_quota_claim: Option<String>,

    /// The claim that makes a new account an administrator's, when it is admin [default: immich_role]
    #[arg(long = "oauth-role-claim", env = "KALLITYPE_OAUTH_ROLE_CLAIM")]
    pub role_claim: Option<String>,

    /// GiB that new accounts may keep, unless a claim says otherwise [default: no limit]
    #[arg(
        long = "oauth-default-quota-gib",
        env = "KALLITYPE_OAUTH_DEFAULT_QUOTA_GIB",
        value_parser = clap::value_parser!(u32).range(..=MAX_QUOTA_GIB)
    )]
    pub default_quota_gib: Option<u32>,

    /// Seconds the provider may take for one answer [default: 30]
    #[arg(long = "oauth-timeout-seconds", env = "KALLITYPE_OAUTH_TIMEOUT_SECONDS",
        value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub timeout_seconds: Option<u32>,

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

/// The provider's address as it is expected to give it itself.
#[must_use]
pub(crate) fn issuer(url: &str) -> &str {
    let url = url.trim();
    url.strip_suffix(DESCRIPTION).unwrap_or(url)
}

impl OAuthOptions {
    pub(super) fn fix(&self, fixed: &mut FixedSettings<'_>) -> Result<(), OAuthSettingsError> {
        let issuer_url = self.issuer_url.as_deref();
        let is_enabled = issuer_url.map(|url| !url.is_empty());
        if is_enabled == Some(true) {
            Url::parse(issuer(issuer_url.unwrap_or_default()))?;
            if self.client_id.as_ref().is_none_or(String::is_empty) {
                return Err(OAuthSettingsError::NoClient);
            }
        }
        fixed.set("oauth.enabled", "oauth-issuer-url", is_enabled);
        fixed.set("oauth.issuerUrl", "oauth-issuer-url", issuer_url);
        fixed.set("oauth.clientId", "oauth-client-id", self.client_id.clone());
        let secret = self.client_secret.as_ref().map(Secret::expose);
        fixed.set("oauth.clientSecret", "oauth-client-secret", secret);
        if let Some(path) = &self.client_secret_file {
            let secret = read_secret(path)?;
            fixed.set(
                "oauth.clientSecret",
                "oauth-client-secret-file",
                Some(secret.expose()),
            );
        }
        self.fix_manners(fixed);
        Ok(())
    }

    fn fix_manners(&self, fixed: &mut FixedSettings<'_>) {
        let method = self.token_auth_method;
        fixed.name(
            "oauth.tokenEndpointAuthMethod",
            "oauth-token-auth-method",
            method,
        );
        let texts = [
            ("oauth.scope", "oauth-scope", &self.scope),
            (
                "oauth.signingAlgorithm",
                "oauth-signing-algorithm",
                &self.signing_algorithm,
            ),
            ("oauth.buttonText", "oauth-button-text", &self.button_text),
            (
                "oauth.storageLabelClaim",
                "oauth-storage-label-claim",
                &self.storage_label_claim,
            ),
            (
                "oauth.storageQuotaClaim",
                "oauth-storage-quota-claim",
                &self.storage_quota_claim,
            ),
            ("oauth.roleClaim", "oauth-role-claim", &self.role_claim),
        ];
        for (path, flag, text) in texts {
            fixed.set(path, flag, text.clone());
        }
        fixed.set(
            "oauth.autoRegister",
            "oauth-auto-register",
            self.auto_register,
        );
        fixed.set("oauth.autoLaunch", "oauth-auto-launch", self.auto_launch);
        let elsewhere = self.mobile_redirect_url.as_ref().map(Url::as_str);
        let flag = "oauth-mobile-redirect-url";
        fixed.set("oauth.mobileOverrideEnabled", flag, elsewhere.map(|_| true));
        fixed.set("oauth.mobileRedirectUri", flag, elsewhere);
        fixed.set(
            "oauth.defaultStorageQuota",
            "oauth-default-quota-gib",
            self.default_quota_gib,
        );
        let milliseconds = self.timeout_seconds.map(|seconds| seconds * 1000);
        fixed.set("oauth.timeout", "oauth-timeout-seconds", milliseconds);
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
pub(crate) fn signing_algorithm(name: &str) -> Result<CoreJwsSigningAlgorithm, String> {
    let known = serde_json::from_value(serde_json::Value::String(name.to_owned()));
    match known {
        Ok(CoreJwsSigningAlgorithm::None) | Err(_) => {
            Err(format!("{name} is not the name of an algorithm"))
        }
        Ok(algorithm) => Ok(algorithm),
    }
}

fn algorithm_name(name: &str) -> Result<String, String> {
    signing_algorithm(name).map(|_| name.to_owned())
}
