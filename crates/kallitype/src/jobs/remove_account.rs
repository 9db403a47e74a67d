//! Accounts whose grace period is over go for good, with everything they have.

use uuid::Uuid;

use crate::app::state::App;
use crate::core::accounts::{expiry, queries};
use crate::core::asset_removal::delete_some_owned;
use crate::core::{account_removal as removal, file_deletions};
use crate::integrity::journaling;
use crate::jobs::error::JobError;
use kallitype_web::time::now;

/// How many assets are deleted in one transaction.
const BATCH: i64 = 500;

/// Microseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Has those removed whose time has come.
pub(crate) async fn expire(app: &App) -> Result<(), JobError> {
    let deadline = now() - i64::from(app.settings.user_delete_days) * DAY;
    let removing = app
        .db
        .write(move |connection| expiry::expire(connection, deadline))
        .await?;
    for id in removing {
        journaling::journal_account(app, id).await;
    }
    app.bell.ring();
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
    let mut gone = app
        .db
        .write(move |connection| removal::finish(connection, id))
        .await?;
    gone.push(id);
    journaling::journal_deleted(app, &gone).await;
    file_deletions::remove_doomed_files(app).await;
    Ok(())
}

/// Deletes some of the account's assets; answers whether there were any.
async fn delete_batch(app: &App, id: Uuid) -> Result<bool, JobError> {
    let gone = app
        .db
        .write(move |connection| delete_some_owned(connection, id, BATCH))
        .await?;
    let were_any = !gone.deleted.is_empty();
    journaling::finish_removal(app, gone).await;
    Ok(were_any)
}
