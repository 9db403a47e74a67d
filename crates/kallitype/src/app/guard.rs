//! The door of every route that is not open to all: finds the caller, or refuses the request.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http::HeaderMap;

use super::routes::Who;
use crate::access::Caller;
use kallitype_web::error::Result;

/// Finds who a request speaks for. The server implements it over sessions, API keys and links.
pub(crate) trait Authenticator: Send + Sync {
    /// The caller, if they may call a route for `who`: by the request's headers and its query.
    ///
    /// # Errors
    /// 401 without a valid credential, 403 with one that the route does not take.
    fn authenticate<'a>(
        &'a self,
        who: Who,
        headers: &'a HeaderMap,
        query: &'a str,
    ) -> BoxFuture<'a, Result<Caller>>;
}

/// Lets a request through with its [`Caller`], or answers it with the refusal.
pub(crate) async fn guard(
    State((authenticator, who)): State<(Arc<dyn Authenticator>, Who)>,
    mut request: Request,
    next: Next,
) -> Response {
    let query = request.uri().query().unwrap_or_default();
    match authenticator
        .authenticate(who, request.headers(), query)
        .await
    {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    }
}
