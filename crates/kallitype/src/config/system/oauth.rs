//! The provider that people sign in at.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{full_text, is_url, reveal, text, text_if, whole};
use crate::config::Secret;
use crate::config::oauth::signing_algorithm;
use kallitype_web::fields::Fields;
use kallitype_web::{request, wire_enum};

wire_enum! {
    /// How the secret is sent to the provider.
    pub enum OAuthTokenEndpointAuthMethod as "OAuthTokenEndpointAuthMethod" {
        ClientSecretPost = "client_secret_post",
        ClientSecretBasic = "client_secret_basic",
    }
}

request! {
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigOAuthDto {
        auto_launch: bool = required_boolean(),
        auto_register: bool = required_boolean(),
        button_text: String = with(text),
        client_id: String = with(full_text_if_enabled),
        #[schema(value_type = String)]
        #[serde(serialize_with = "reveal")]
        client_secret: Secret = with(secret_if_enabled),
        #[schema(value_type = Option<i64>, minimum = 0, required)]
        default_storage_quota: Option<u32> = with(quota),
        enabled: bool = required_boolean(),
        issuer_url: String = with(issuer),
        mobile_override_enabled: bool = required_boolean(),
        #[schema(format = "uri")]
        mobile_redirect_uri: String = with(mobile_redirect_uri),
        profile_signing_algorithm: String = with(full_text),
        role_claim: String = with(text),
        scope: String = with(text),
        signing_algorithm: String = with(algorithm),
        storage_label_claim: String = with(text),
        storage_quota_claim: String = with(text),
        #[schema(value_type = i32, minimum = 1)]
        timeout: u32 = with(timeout),
        token_endpoint_auth_method: OAuthTokenEndpointAuthMethod = required_enumeration(),
    }
}

impl Default for SystemConfigOAuthDto {
    fn default() -> Self {
        Self {
            auto_launch: false,
            auto_register: true,
            button_text: "Login with OAuth".into(),
            client_id: String::new(),
            client_secret: Secret::default(),
            default_storage_quota: None,
            enabled: false,
            issuer_url: String::new(),
            mobile_override_enabled: false,
            mobile_redirect_uri: String::new(),
            profile_signing_algorithm: "none".into(),
            role_claim: "immich_role".into(),
            scope: "openid email profile".into(),
            signing_algorithm: "RS256".into(),
            storage_label_claim: "preferred_username".into(),
            storage_quota_claim: "immich_quota".into(),
            timeout: 30_000,
            token_endpoint_auth_method: OAuthTokenEndpointAuthMethod::ClientSecretPost,
        }
    }
}

impl SystemConfigOAuthDto {
    /// Bytes that new accounts may keep, unless a claim says otherwise.
    #[must_use]
    pub(crate) fn default_quota_bytes(&self) -> Option<i64> {
        self.default_storage_quota.map(|gib| i64::from(gib) << 30)
    }
}

/// The largest quota that new accounts can be given, in GiB.
pub(crate) const MAX_QUOTA_GIB: i64 = 1 << 20;

/// The longest that a provider is waited for, in milliseconds.
const MAX_TIMEOUT: i64 = 3_600_000;

fn full_text_if_enabled(fields: &Fields<'_>, name: &str) -> String {
    text_if("enabled", fields, name, full_text)
}

fn secret_if_enabled(fields: &Fields<'_>, name: &str) -> Secret {
    text_if("enabled", fields, name, text).into()
}

fn issuer(fields: &Fields<'_>, name: &str) -> String {
    let issuer = full_text_if_enabled(fields, name);
    if !fields.is_off("enabled") && !issuer.is_empty() && !is_url(issuer.trim()) {
        fields.refuse(name, "must be a URL address");
    }
    issuer
}

fn quota(fields: &Fields<'_>, name: &str) -> Option<u32> {
    let gib =
        fields.nullable_or_absent(name, |fields, name| fields.integer(name, 0, MAX_QUOTA_GIB));
    gib.and_then(|gib| u32::try_from(gib).ok())
}

fn mobile_redirect_uri(fields: &Fields<'_>, name: &str) -> String {
    let uri = text_if("mobileOverrideEnabled", fields, name, full_text);
    if !fields.is_off("mobileOverrideEnabled") && !uri.is_empty() && !is_url(&uri) {
        fields.refuse(name, "must be a URL address");
    }
    uri
}

fn algorithm(fields: &Fields<'_>, name: &str) -> String {
    let algorithm = full_text(fields, name);
    if !algorithm.is_empty() && signing_algorithm(&algorithm).is_err() {
        fields.refuse(name, "must be the name of an algorithm");
    }
    algorithm
}

fn timeout(fields: &Fields<'_>, name: &str) -> u32 {
    whole(fields, name, 1, MAX_TIMEOUT)
}
