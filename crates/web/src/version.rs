//! Which version of the wire a client reads. The only place that knows.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;

/// The header with which a client says which major version it reads: `2` or `3`.
pub const HEADER: &str = "x-kallitype-api-version";

/// The version of Immich's API that is spoken.
pub const API_VERSION: (u64, u64, u64) = (2, 0, 0);

/// How the few things that 2.x and 3.x write differently are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wire {
    #[default]
    V2,
    V3,
}

impl Wire {
    /// The header decides, else what the user agent says of its version, else 2.x.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(version) = text(HEADER) {
            return if version.trim().starts_with('3') {
                Self::V3
            } else {
                Self::V2
            };
        }
        let agent = text("user-agent").unwrap_or_default().to_ascii_lowercase();
        let Some((_, rest)) = agent.split_once("immich") else {
            return Self::V2;
        };
        let version = rest
            .split_once('/')
            .map_or("", |(_, version)| version.trim_start_matches('v'));
        if version.starts_with("3.") {
            Self::V3
        } else {
            Self::V2
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Wire {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}
