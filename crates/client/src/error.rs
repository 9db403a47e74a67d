use std::path::{Path, PathBuf};

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused, and says why: one sentence, or one for each broken rule.
    #[error("{} ({status})", messages.join("; "))]
    Refused { status: u16, messages: Vec<String> },
    /// The server could not be reached, or went silent.
    #[error("the server cannot be reached: {0}")]
    Connection(String),
    /// The server answered something else than the API says.
    #[error("the server's answer is not understood: {0}")]
    Answer(String),
    /// A file on this side cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// Where an answer was to be written to does not take it.
    #[error("the answer cannot be written: {0}")]
    Write(std::io::Error),
    /// The address, key or token cannot be used.
    #[error("{0}")]
    Invalid(String),
}

impl Error {
    /// The status of a refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether the same call may well succeed a little later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            // 507 means a full disk, which waiting does not empty.
            Self::Refused { status, .. } => {
                matches!(status, 408 | 429 | 500..=599) && *status != 507
            }
            Self::Connection(_) => true,
            _ => false,
        }
    }

    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
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
        if error.is_builder() {
            Self::Invalid(text)
        } else {
            Self::Connection(text)
        }
    }
}
