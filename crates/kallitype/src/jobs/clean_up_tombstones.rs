//! What is gone for long is not told any more: apps that were away for so long begin anew.

use uuid::Uuid;

use crate::app::state::App;
use crate::config::{Settings, SystemConfigDto};
use crate::core::tombstones;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_web::time::{DAY, now};

/// How many tombstones are deleted in one transaction.
const BATCH: i64 = 5000;

pub(crate) struct CleanUpTombstones;

impl Job for CleanUpTombstones {
    const KIND: JobKind = JobKind::CleanUpTombstones;

    fn interval_seconds(settings: &Settings) -> Option<u64> {
        Some(settings.sync.sync_interval_seconds)
    }

    fn is_wanted(config: &SystemConfigDto) -> bool {
        config.nightly_tasks.database_cleanup
    }

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        let days = i64::from(app.settings.sync.sync_days).saturating_add(1);
        let deadline = now().saturating_sub(days.saturating_mul(DAY));
        while app
            .commit(move |connection| tombstones::delete_some(connection, deadline, BATCH))
            .await?
        {}
        Ok(())
    }
}
