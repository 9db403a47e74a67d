use axum::extract::FromRequestParts;
use http::request::Parts;
use uuid::Uuid;

use crate::access::Caller;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{parse_uuid, path_value};

/// The user in a path: an id, or `me`.
pub(crate) struct UserId(Option<Uuid>);

impl UserId {
    /// Who that is when this caller says it.
    ///
    /// # Errors
    /// 403 when a link says `me`.
    pub(crate) fn of(&self, caller: &Caller) -> Result<Uuid> {
        self.0.map_or_else(|| caller.user_id(), Ok)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for UserId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let text = path_value(parts, state, "userId").await.unwrap_or_default();
        match parse_uuid(&text) {
            None if text == "me" => Ok(Self(None)),
            None => Err(ApiError::invalid(vec![
                "userId must be a UUID or me".into(),
            ])),
            found => Ok(Self(found)),
        }
    }
}
