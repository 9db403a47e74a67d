use std::path::{Path, PathBuf};

use serde_json::Value;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused.
    #[error("{message} ({status})")]
    Refused {
        /// The HTTP status: 400 for a request that breaks a rule, or for assets that are not there or out of reach;
        /// 401 without a good credential; 403 for one that may not do this; 404 for what is not there (yet, as a
        /// thumbnail is after an upload); 413 for what is too large; 507 for a full disk.
        status: u16,
        /// The server's own words; several sentences are joined by `; `.
        message: String,
    },
    /// The server could not be reached, the connection broke, or something else came than what was asked for.
    #[error("the server cannot be reached: {0}")]
    Connection(String),
    /// A file on this side cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The request cannot be sent as it is: an address that is none, or a key that no path can hold.
    #[error("{0}")]
    Invalid(String),
}

impl Error {
    /// Whether the same call may well succeed a little later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            // 507 means a full disk, which waiting does not empty.
            Self::Refused { status, .. } => matches!(status, 408 | 429 | 500..=506),
            Self::Connection(_) => true,
            Self::File { .. } | Self::Invalid(_) => false,
        }
    }

    /// A refusal, from the body of the answer.
    pub(crate) fn refused(status: u16, body: &str) -> Self {
        let parsed: Value = serde_json::from_str(body).unwrap_or_default();
        let message = match &parsed["message"] {
            Value::String(sentence) => sentence.clone(),
            Value::Array(list) => list
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join("; "),
            _ => "the server gave no reason".into(),
        };
        Self::Refused { status, message }
    }

    /// What became of a file on this side.
    pub(crate) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The address can hold the key of a shared link, which no log shall show.
        let error = error.without_url();
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        Self::Connection(text)
    }
}
