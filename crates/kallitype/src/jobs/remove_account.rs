//! Accounts whose grace period is over go for good, with everything they have.

use uuid::Uuid;

use crate::app::state::App;
use crate::core::account_removal as removal;
use crate::core::accounts::{expiry, queries};
use crate::core::asset_removal::delete_some_owned;
use crate::jobs::error::JobError;
use kallitype_web::time::now;

/// How many assets are deleted in one transaction.
const BATCH: i64 = 500;

/// Microseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Has those removed whose time has come.
pub(crate) async fn expire(app: &App) -> Result<(), JobError> {
    let deadline = now() - i64::from(app.settings.user_delete_days) * DAY;
    app.commit(move |connection| expiry::expire(connection, deadline))
        .await?;
    Ok(())
}

/// Removes an account: its assets batch by batch, then its record. Interrupted, it goes on where it was.
pub(crate) async fn run(app: &App, id: Uuid) -> Result<(), JobError> {
    if !app
        .db
        .read(move |connection| queries::is_removing(connection, id))
        .await?
    {
        return Ok(());
    }
    while delete_batch(app, id).await? {}
    app.commit(move |connection| removal::finish(connection, id))
        .await?;
    Ok(())
}

/// Deletes some of the account's assets; answers whether there were any.
async fn delete_batch(app: &App, id: Uuid) -> Result<bool, JobError> {
    let deleted = app
        .commit(move |connection| delete_some_owned(connection, id, BATCH))
        .await?;
    Ok(deleted > 0)
}
