//! The wire of signing in at a provider.

use serde::Serialize;
use utoipa::ToSchema;

use kallitype_web::fields::{Fields, FromFields};

/// The longest address, in characters: codes may be long.
const MAX_URL: usize = 16_384;

/// The longest state, challenge or verifier, in characters.
const MAX_SECRET: usize = 512;

/// Who wants to sign in at the provider, and where to come back to.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = OAuthConfigDto, rename_all = "camelCase")]
pub(crate) struct OAuthConfigDto {
    /// What the app made from a verifier that it keeps.
    #[schema(nullable = false)]
    pub code_challenge: Option<String>,
    pub redirect_uri: String,
    #[schema(nullable = false)]
    pub state: Option<String>,
}

impl FromFields for OAuthConfigDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("redirectUri", MAX_URL);
        Self {
            code_challenge: secret(fields, "codeChallenge"),
            redirect_uri: fields.required_text("redirectUri"),
            state: secret(fields, "state"),
        }
    }
}

/// Where to sign in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OAuthAuthorizeResponseDto)]
pub(crate) struct OAuthAuthorizeResponseDto {
    pub url: String,
}

/// What the provider sent back.
#[derive(Clone, ToSchema)]
#[schema(as = OAuthCallbackDto, rename_all = "camelCase")]
pub(crate) struct OAuthCallbackDto {
    /// What the app's challenge was made from; browsers have it in a cookie.
    #[schema(nullable = false)]
    pub code_verifier: Option<String>,
    #[schema(nullable = false)]
    pub state: Option<String>,
    /// Where the provider sent the browser, with the query.
    pub url: String,
}

impl FromFields for OAuthCallbackDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("url", MAX_URL);
        Self {
            code_verifier: secret(fields, "codeVerifier"),
            state: secret(fields, "state"),
            url: fields.required_text("url"),
        }
    }
}

/// An optional secret; an empty one counts as absent. Cookies have to be able to hold it.
fn secret(fields: &Fields<'_>, name: &str) -> Option<String> {
    fields.at_most(name, MAX_SECRET);
    let secret = fields.text(name).filter(|text| !text.is_empty())?;
    if !secret.bytes().all(suits_cookies) {
        fields.refuse(
            name,
            "must be letters, digits and signs that cookies can hold",
        );
    }
    Some(secret)
}

fn suits_cookies(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}
