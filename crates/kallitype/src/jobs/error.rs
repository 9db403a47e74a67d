use http::StatusCode;

use crate::learning::error::LearningError;
use kallitype_media::MediaError;
use kallitype_web::error::ApiError;

/// Why a job did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    /// Trying again cannot help: the file is what it is.
    #[error("{0}")]
    Permanent(String),
    /// It may go better another time.
    #[error("{0}")]
    Temporary(String),
    /// It takes more than a worker may have. Most such files take it every time, so it is tried once more and no further.
    #[error("{0}")]
    Excessive(String),
    /// What it is about is not what it was any more. Now it may be seen as it is.
    #[error("{0}")]
    Changed(String),
    /// What does it is not there. It is tried again until it is.
    #[error("{0}")]
    Waiting(String),
}

impl From<kallitype_db::DatabaseError> for JobError {
    fn from(error: kallitype_db::DatabaseError) -> Self {
        Self::Temporary(error.to_string())
    }
}

impl From<ApiError> for JobError {
    fn from(error: ApiError) -> Self {
        // What was refused, as for a quota, is refused again; what came between may not come again.
        if error.status() == StatusCode::BAD_REQUEST {
            Self::Permanent(error.to_string())
        } else {
            Self::Temporary(error.to_string())
        }
    }
}

impl From<LearningError> for JobError {
    fn from(error: LearningError) -> Self {
        let reason = error.to_string();
        match error {
            LearningError::Unavailable(_) => Self::Waiting(reason),
            LearningError::Failed(_) => Self::Temporary(reason),
            LearningError::Invalid(_) => Self::Permanent(reason),
        }
    }
}

impl From<std::io::Error> for JobError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            // A file gets another name when it is moved or made anew.
            std::io::ErrorKind::NotFound => Self::Changed(error.to_string()),
            _ => Self::Temporary(error.to_string()),
        }
    }
}

impl From<MediaError> for JobError {
    fn from(error: MediaError) -> Self {
        let reason = error.to_string();
        match error {
            MediaError::Unsupported(_) | MediaError::Malformed(_) | MediaError::TooLarge(_) => {
                Self::Permanent(reason)
            }
            MediaError::OutOfMemory | MediaError::TimedOut | MediaError::Crashed(_) => {
                Self::Excessive(reason)
            }
            MediaError::Io(_) | MediaError::Unavailable(_) => Self::Temporary(reason),
        }
    }
}
