//! The wire of signing in at a provider.

use serde::Serialize;
use utoipa::ToSchema;

use kallitype_web::fields::Fields;
use kallitype_web::request;

/// The longest address, in characters: codes may be long.
const MAX_URL: usize = 16_384;

/// The longest state, challenge or verifier, in characters.
const MAX_SECRET: usize = 512;

request! {
    /// Who wants to sign in at the provider, and where to come back to.
    #[derive(Debug, Clone, ToSchema)]
    #[schema(as = OAuthConfigDto)]
    pub(crate) struct OAuthConfigDto {
        /// What the app made from a verifier that it keeps.
        #[schema(nullable = false)]
        code_challenge: Option<String> = with(secret),
        redirect_uri: String = limited(MAX_URL, Fields::required_text),
        #[schema(nullable = false)]
        state: Option<String> = with(secret),
    }
}

/// Where to sign in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OAuthAuthorizeResponseDto)]
pub(crate) struct OAuthAuthorizeResponseDto {
    pub url: String,
}

request! {
    /// What the provider sent back.
    #[derive(Clone, ToSchema)]
    #[schema(as = OAuthCallbackDto)]
    pub(crate) struct OAuthCallbackDto {
        /// What the app's challenge was made from; browsers have it in a cookie.
        #[schema(nullable = false)]
        code_verifier: Option<String> = with(secret),
        #[schema(nullable = false)]
        state: Option<String> = with(secret),
        /// Where the provider sent the browser, with the query.
        url: String = limited(MAX_URL, Fields::required_text),
    }
}

/// An optional secret; an empty one counts as absent. Cookies have to be able to hold it.
fn secret(fields: &Fields<'_>, name: &str) -> Option<String> {
    fields.max_characters(name, MAX_SECRET);
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
