use serde::{Deserialize, Serialize};

/// Why a file gave no facts or no pictures.
///
/// Every variant is plain data, so that it can cross the border between a worker and its server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum MediaError {
    /// The content is of a kind this crate does not read. Trying again will not help.
    #[error("unsupported content: {0}")]
    Unsupported(String),
    /// The content claims a kind but is not sound. Trying again will not help.
    #[error("malformed content: {0}")]
    Malformed(String),
    /// More pixels or bytes than the limits allow. Trying again will not help.
    #[error("too large: {0}")]
    TooLarge(String),
    /// The worker needed more memory than it may have.
    #[error("the worker ran out of memory")]
    OutOfMemory,
    /// The worker was ended because it took longer than the time limit.
    #[error("the worker exceeded its time limit")]
    TimedOut,
    /// The worker ended before it answered; the text says how.
    #[error("the worker crashed: {0}")]
    Crashed(String),
    /// Reading the input failed, which says nothing about its content.
    #[error("input or output failed: {0}")]
    Io(String),
    /// No worker could be started: a fault of the installation, not of the file.
    #[error("no worker available: {0}")]
    Unavailable(String),
}

impl MediaError {
    /// Whether the file itself is at fault, so that only another version of this crate, or other
    /// limits, could do better.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        matches!(
            self,
            Self::Unsupported(_) | Self::Malformed(_) | Self::TooLarge(_)
        )
    }

    pub(crate) fn malformed(reason: impl ToString) -> Self {
        Self::Malformed(reason.to_string())
    }
}

impl From<std::io::Error> for MediaError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Self::malformed("the file ends too early"),
            std::io::ErrorKind::OutOfMemory => Self::OutOfMemory,
            _ => Self::Io(error.to_string()),
        }
    }
}
