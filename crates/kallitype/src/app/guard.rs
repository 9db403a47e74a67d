//! The door of every route that is not open to all: finds the caller, or refuses the request.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http::request::Parts;
use http::{HeaderMap, Method};

use super::routes::Who;
use crate::access::{Caller, CallerSlot};
use kallitype_db::Connection as DatabaseConnection;
use kallitype_web::connection::Connection;
use kallitype_web::error::{ApiError, Result};

/// Finds who a request speaks for. The server implements it over sessions, API keys and links.
pub(crate) trait Authenticator: Send + Sync {
    /// The caller, if they may call a route for `who`. What the route wants to know is read along with it.
    ///
    /// # Errors
    /// 401 without a valid credential, 403 with one that the route does not take, or for a page of another server's.
    fn authenticate<'a>(
        &'a self,
        who: Who,
        asked: Asked<'a>,
        along: Option<ReadingAlong>,
    ) -> BoxFuture<'a, Result<Authenticated>>;
}

/// What is looked at of a request to find out who it speaks for.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub method: &'a Method,
    pub headers: &'a HeaderMap,
    pub query: &'a str,
}

/// What a route wants to know of the database.
pub(crate) type ReadingAlong =
    Box<dyn FnOnce(&mut DatabaseConnection<'_>, &Caller) -> Result<http::Extensions> + Send>;

/// A caller, and what was read along or is to be known of their credential.
pub(crate) struct Authenticated {
    pub caller: Caller,
    pub along: http::Extensions,
}

/// What a route reads along with the caller's credential, so that the database is asked once for both. Handlers get it
/// as [`Along`].
pub(crate) trait ReadAlong: Clone + Send + Sync + Sized + 'static {
    /// What it needs of the request.
    type Of: FromRequestParts<(), Rejection = ApiError> + Send + 'static;

    /// # Errors
    /// When the database fails, or the caller is refused.
    fn read(connection: &mut DatabaseConnection<'_>, caller: &Caller, of: Self::Of)
    -> Result<Self>;

    /// What has to be read for a request.
    fn reading(of: Self::Of) -> Option<ReadingAlong> {
        Some(Box::new(move |connection, caller| {
            let mut along = http::Extensions::new();
            along.insert(Self::read(connection, caller, of)?);
            Ok(along)
        }))
    }
}

/// Of a route that reads nothing along: its credential is one statement.
#[derive(Clone)]
pub(crate) struct Nothing;

impl ReadAlong for Nothing {
    type Of = Self;

    fn read(_: &mut DatabaseConnection<'_>, _: &Caller, _: Self) -> Result<Self> {
        Ok(Self)
    }

    fn reading(_: Self) -> Option<ReadingAlong> {
        None
    }
}

impl<S: Sync> FromRequestParts<S> for Nothing {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self> {
        Ok(Self)
    }
}

/// What was [read along](ReadAlong) for this request.
pub(crate) struct Along<T>(pub T);

impl<T: ReadAlong, S: Sync> FromRequestParts<S> for Along<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let found = parts.extensions.remove::<T>();
        found.map(Self).ok_or_else(|| {
            ApiError::internal("a handler asked for what its route does not read along")
        })
    }
}

/// A route's own part of the door.
#[derive(Clone)]
pub(crate) struct Door {
    pub authenticator: Arc<dyn Authenticator>,
    pub who: Who,
}

/// Lets a request through with its [`Caller`] and what its route reads along, or answers it with the refusal.
pub(crate) async fn guard<T: ReadAlong>(
    State(door): State<Door>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match let_in::<T>(&door, &mut parts).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(refused) => refused.into_response(),
    }
}

async fn let_in<T: ReadAlong>(door: &Door, parts: &mut Parts) -> Result<()> {
    // Who is not let in is told so before they are told what is wrong with their request.
    let (of, malformed) = match T::Of::from_request_parts(parts, &()).await {
        Ok(of) => (Some(of), Ok(())),
        Err(malformed) => (None, Err(malformed)),
    };
    let asked = Asked {
        method: &parts.method,
        headers: &parts.headers,
        query: parts.uri.query().unwrap_or_default(),
    };
    let authenticator = &door.authenticator;
    let Authenticated { caller, along } = authenticator
        .authenticate(door.who, asked, of.and_then(T::reading))
        .await?;
    tell(&parts.extensions, &caller);
    vouch(&parts.extensions);
    malformed?;
    parts.extensions.insert(caller);
    parts.extensions.extend(along);
    Ok(())
}

/// Tells the connection that there is someone who may call.
fn vouch(extensions: &http::Extensions) {
    if let Some(connection) = extensions.get::<Arc<Connection>>() {
        connection.vouch();
    }
}

/// Tells the access log who the request speaks for.
fn tell(extensions: &http::Extensions, caller: &Caller) {
    if let Some(slot) = extensions.get::<CallerSlot>() {
        slot.fill(caller);
    }
}
