use std::path::PathBuf;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused; the text is its own, several sentences joined by `; `.
    #[error("{message} ({status})")]
    Refused { status: u16, message: String },
    /// The server could not be reached, or answered something else than what was asked for.
    #[error("the server cannot be reached: {0}")]
    Connection(String),
    /// A file on this side cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The address, key or token cannot be used.
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
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        Self::Connection(text)
    }
}
