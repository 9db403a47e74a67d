//! What was read long ago goes, and so does mail that no one will send any more.

use crate::app::state::App;
use crate::core::notifications;
use crate::jobs::error::JobError;
use crate::mail;
use kallitype_web::time::now;

/// How many notifications are deleted in one transaction.
const BATCH: i64 = 500;

/// Microseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

pub(crate) async fn run(app: &App) -> Result<(), JobError> {
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
