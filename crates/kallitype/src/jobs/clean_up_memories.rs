//! Memories that no one has saved go after some weeks.

use uuid::Uuid;

use crate::app::state::App;
use crate::config::Settings;
use crate::core::memories::queries;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_web::time::{DAY, now};

/// How many memories are deleted in one transaction.
const BATCH: i64 = 500;

pub(crate) struct CleanUpMemories;

impl Job for CleanUpMemories {
    const KIND: JobKind = JobKind::CleanUpMemories;

    fn interval_seconds(settings: &Settings) -> Option<u64> {
        Some(settings.memories.memory_interval_seconds)
    }

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app).await
    }
}

async fn run(app: &App) -> Result<(), JobError> {
    let days = app.settings.memories.memory_days;
    if days > 0 {
        let deadline = now() - i64::from(days) * DAY;
        while clean_up(app, deadline).await? {}
    }
    Ok(())
}

/// Deletes a batch; answers whether there was anything to delete.
async fn clean_up(app: &App, deadline: i64) -> kallitype_db::Result<bool> {
    app.commit(move |connection| {
        let expired = queries::list_expired(connection, deadline, BATCH)?;
        for (owner, id) in &expired {
            queries::delete(connection, *owner, *id, now())?;
        }
        Ok(!expired.is_empty())
    })
    .await
}
