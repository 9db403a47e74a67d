use reqwest::{RequestBuilder, header};

use crate::Secret;

/// The cookie in which browsers keep a session.
const SESSION_COOKIE: &str = "immich_access_token";

/// Who calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Credential {
    /// Anyone.
    #[default]
    None,
    /// A user, by an API key. It may do what its permissions say.
    ApiKey(Secret),
    /// A user, by a session's token.
    Bearer(Secret),
    /// A user, by a session's token as browsers present it.
    Cookie(Secret),
    /// A visitor, by the key of a shared link. They may look at what it shows, and upload if it takes uploads.
    LinkKey(Secret),
    /// A visitor, by the slug of a shared link.
    LinkSlug(Secret),
}

impl Credential {
    /// Presents it with a request.
    pub(crate) fn apply(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::None => request,
            Self::ApiKey(key) => request.header("x-api-key", key.expose()),
            Self::Bearer(token) => request.bearer_auth(token.expose()),
            Self::Cookie(token) => {
                let cookie = format!("{SESSION_COOKIE}={}", token.expose());
                request.header(header::COOKIE, cookie)
            }
            Self::LinkKey(key) => request.query(&[("key", key.expose())]),
            Self::LinkSlug(slug) => request.query(&[("slug", slug.expose())]),
        }
    }
}
