//! Accounts whose grace period is over go for good, with everything they have.

use uuid::Uuid;

use crate::app::state::App;
use crate::config::Settings;
use crate::core::account_removal;
use crate::core::accounts::{expiry, queries};
use crate::core::asset_removal::delete_some_owned;
use crate::core::people::assign::dissolve_some;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_web::time::{DAY, now};

/// How many assets or persons are deleted in one transaction.
const BATCH: i64 = 500;

/// Finds the accounts whose time has come.
pub(crate) struct ExpireAccounts;

impl Job for ExpireAccounts {
    const KIND: JobKind = JobKind::ExpireAccounts;

    fn interval_seconds(settings: &Settings) -> Option<u64> {
        Some(settings.user_delete_interval_seconds)
    }

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        expire(app).await
    }
}

pub(crate) struct RemoveAccount;

impl Job for RemoveAccount {
    const KIND: JobKind = JobKind::RemoveAccount;

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, subject).await
    }
}

/// Has those removed whose time has come.
async fn expire(app: &App) -> Result<(), JobError> {
    let deadline = now() - i64::from(app.config().user.delete_delay) * DAY;
    app.commit(move |connection| expiry::expire(connection, deadline))
        .await?;
    Ok(())
}

/// Removes an account: its assets and its persons batch by batch, then its record. Interrupted, it goes on where it was.
async fn run(app: &App, id: Uuid) -> Result<(), JobError> {
    if !app
        .db
        .read(move |connection| queries::is_removing(connection, id))
        .await?
    {
        return Ok(());
    }
    while delete_batch(app, id).await? {}
    while app
        .commit(move |connection| dissolve_some(connection, id, BATCH, now()))
        .await?
    {}
    app.commit(move |connection| account_removal::finish(connection, id))
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
