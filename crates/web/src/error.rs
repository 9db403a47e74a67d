//! The one error of the API: it knows its status and its shape on the wire.

use std::fmt;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::request_id::RequestId;
use kallitype_db::DatabaseError;

/// The result of an operation.
pub type Result<T, E = ApiError> = std::result::Result<T, E>;

/// Why a request is refused or failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    status: StatusCode,
    message: Message,
    /// What the log says and the client is not told.
    cause: Option<String>,
    retry_after_seconds: Option<u64>,
}

/// One sentence, or one for each rule that a body or query breaks.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Message {
    One(String),
    Many(Vec<String>),
}

impl fmt::Display for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(sentence) => formatter.write_str(sentence),
            Self::Many(sentences) => formatter.write_str(&sentences.join("; ")),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    message: &'a Message,
    error: &'a str,
    status_code: u16,
    correlation_id: RequestId,
}

impl ApiError {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: Message::One(message.into()),
            cause: None,
            retry_after_seconds: None,
        }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The rules that a body or query breaks, each beginning with the property's name.
    pub fn invalid(failures: Vec<String>) -> Self {
        Self {
            message: Message::Many(failures),
            ..Self::new(StatusCode::BAD_REQUEST, "")
        }
    }

    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    pub fn timed_out(message: impl Into<String>) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, message)
    }

    pub fn unsupported_media_type(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    }

    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    pub fn range_not_satisfiable() -> Self {
        Self::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "The range lies outside the file",
        )
    }

    pub fn too_many_requests(message: impl Into<String>, retry_after_seconds: u64) -> Self {
        Self {
            retry_after_seconds: Some(retry_after_seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, message)
        }
    }

    /// The disk is full: nothing was kept.
    pub fn disk_full(cause: impl ToString) -> Self {
        let full = Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "The server's disk is full, nothing was stored",
        );
        Self {
            cause: Some(cause.to_string()),
            ..full
        }
    }

    /// Something that is needed does not answer; the cause goes to the log only.
    pub fn unavailable(message: impl Into<String>, cause: impl ToString) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }

    /// More is asked for at once than can be done.
    pub fn busy(message: impl Into<String>) -> Self {
        Self {
            retry_after_seconds: Some(1),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }

    /// What keeps the server from working, each in one sentence.
    #[must_use]
    pub fn not_ready(obstacles: Vec<String>) -> Self {
        Self {
            message: Message::Many(obstacles),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "")
        }
    }

    /// A fault of the server; the cause goes to the log only.
    pub fn internal(cause: impl ToString) -> Self {
        let failed = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error");
        Self {
            cause: Some(cause.to_string()),
            ..failed
        }
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether it is certain that nothing was done. Of what failed for another reason than a refusal or a full disk,
    /// no one knows how far it got.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.status.is_client_error() || self.status == StatusCode::INSUFFICIENT_STORAGE
    }

    fn log(&self) {
        let status = self.status.as_u16();
        match &self.cause {
            Some(cause) => tracing::error!(status, cause, "a request failed"),
            None => tracing::debug!(status, message = ?self.message, "a request was refused"),
        }
    }
}

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Full(cause) => Self::disk_full(cause),
            DatabaseError::Unavailable(cause) => {
                Self::unavailable("The database is not available", cause)
            }
            other => Self::internal(other),
        }
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::disk_full(error)
            }
            std::io::ErrorKind::TimedOut => {
                Self::unavailable("The server's storage does not answer", error)
            }
            _ => Self::internal(error),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let body = Body {
            message: &self.message,
            error: self.status.canonical_reason().unwrap_or("Error"),
            status_code: self.status.as_u16(),
            correlation_id: RequestId::current(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
