//! What a request is called, so that its answer and what was logged for it find each other.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Serialize, Serializer};
use tracing::Instrument;
use uuid::{Builder, Uuid};

/// Where a proxy says what it calls a request, and where the answer says it.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// How long the name may be that a request came with.
const MAX_LENGTH: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The name of a request.
#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// What the request says it is called, if that is short and plain enough for a line of a log; else a new name.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(HEADER).and_then(|value| value.to_str().ok());
        given
            .filter(|name| is_plain(name))
            .map_or_else(Self::random, |name| Self(name.into()))
    }

    fn random() -> Self {
        let id = Builder::from_random_bytes(rand::random()).into_uuid();
        let mut text = Uuid::encode_buffer();
        Self(Arc::from(&*id.hyphenated().encode_lower(&mut text)))
    }

    /// The name of the request that is being answered here; outside of any, a new one.
    #[must_use]
    pub fn current() -> Self {
        CURRENT
            .try_with(Clone::clone)
            .unwrap_or_else(|_| Self::random())
    }

    /// Answers a request under this name: everything that is logged meanwhile says so. `route` is the request's path
    /// without what is particular to it.
    pub async fn answer<T>(
        &self,
        method: &'static str,
        route: &str,
        request: impl Future<Output = T>,
    ) -> T {
        // At the level of errors, it is there whatever is logged.
        let span = tracing::error_span!("request", method, route, id = &*self.0);
        CURRENT.scope(self.clone(), request.instrument(span)).await
    }

    /// The name as the answer's header says it.
    #[must_use]
    pub fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=MAX_LENGTH).contains(&name.len()) && name.bytes().all(is_plain)
}
