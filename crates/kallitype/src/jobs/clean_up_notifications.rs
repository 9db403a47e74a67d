//! What was read long ago goes, and so does mail that no one will send any more.

use uuid::Uuid;

use crate::app::state::App;
use crate::config::Settings;
use crate::core::notifications;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::mail;
use crate::queue::kind::JobKind;
use kallitype_web::time::{DAY, now};

/// How many notifications are deleted in one transaction.
const BATCH: i64 = 500;

pub(crate) struct CleanUpNotifications;

impl Job for CleanUpNotifications {
    const KIND: JobKind = JobKind::CleanUpNotifications;

    fn interval_seconds(settings: &Settings) -> Option<u64> {
        Some(settings.notification_interval_seconds)
    }

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app).await
    }
}

async fn run(app: &App) -> Result<(), JobError> {
    let deadline = match app.settings.notification_days {
        0 => i64::MIN,
        days => now() - i64::from(days) * DAY,
    };
    while clean_up(app, deadline).await? {}
    app.commit(move |connection| mail::delete_left_over(connection, deadline))
        .await?;
    Ok(())
}

/// Deletes a batch; answers whether there was anything to delete.
async fn clean_up(app: &App, deadline: i64) -> kallitype_db::Result<bool> {
    app.commit(move |connection| {
        let expired = notifications::queries::list_expired(connection, deadline, BATCH)?;
        for (user, id) in &expired {
            notifications::queries::delete(connection, *user, *id, now())?;
        }
        Ok(!expired.is_empty())
    })
    .await
}
