/// Why a service was asked for nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LearningError {
    /// There is none at the moment.
    #[error("no machine learning service can be reached: {0}")]
    Unavailable(String),
    /// It was asked, and failed.
    #[error("the machine learning service failed: {0}")]
    Failed(String),
    /// It answered what cannot be right.
    #[error("the machine learning service answered what cannot be used: {0}")]
    Invalid(String),
}
