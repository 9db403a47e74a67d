//! What has been in the trash for long enough goes for good.

use uuid::Uuid;

use crate::app::state::App;
use crate::config::Settings;
use crate::core::asset_removal::delete_for_good;
use crate::core::assets::queries::list_expired_trash;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_web::time::{DAY, now};

/// How many assets are deleted in one transaction.
const BATCH: i64 = 500;

pub(crate) struct EmptyTrash;

impl Job for EmptyTrash {
    const KIND: JobKind = JobKind::EmptyTrash;

    fn interval_seconds(settings: &Settings) -> Option<u64> {
        Some(settings.trash_interval_seconds)
    }

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app).await
    }
}

async fn run(app: &App) -> Result<(), JobError> {
    if app.config().trash.days > 0 {
        let deadline = now() - i64::from(app.config().trash.days) * DAY;
        while empty(app, deadline).await? {}
    }
    Ok(())
}

/// Deletes a batch; answers whether there was anything to delete.
async fn empty(app: &App, deadline: i64) -> Result<bool, JobError> {
    let deleted = app
        .commit(move |connection| {
            let expired = list_expired_trash(connection, deadline, BATCH)?;
            delete_for_good(connection, &expired)
        })
        .await?;
    Ok(deleted > 0)
}
