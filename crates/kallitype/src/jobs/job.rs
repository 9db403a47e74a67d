use uuid::Uuid;

use crate::app::state::App;
use crate::config::{Settings, SystemConfigDto};
use crate::jobs::backlog::Backlog;
use crate::jobs::error::JobError;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;

/// A kind of work: a file in this folder implements it, and the [registry](crate::jobs::registry) lists it. Its queue, its
/// workers and its priority stand in [`JobKind`], where those who enqueue it find them.
pub(crate) trait Job: 'static {
    const KIND: JobKind;

    /// What its queue is filled with on command, if it can be.
    const BACKLOG: Option<Backlog> = None;

    /// How often it comes round by itself, if it does.
    fn interval_seconds(_settings: &Settings) -> Option<u64> {
        None
    }

    /// Whether it comes round, as the settings are.
    fn is_wanted(_config: &SystemConfigDto) -> bool {
        true
    }

    /// Does it. It may have been done before, wholly or in part, and may be dropped at any point.
    ///
    /// # Errors
    /// Why it was not done, and whether it may be tried again.
    fn run(
        app: &App,
        subject: Uuid,
        progress: &Progress,
    ) -> impl Future<Output = Result<(), JobError>> + Send;
}
