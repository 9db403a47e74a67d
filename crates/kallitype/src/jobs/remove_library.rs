//! A library that was taken out of use goes, with its assets. Its files stay.

use uuid::Uuid;

use crate::app::state::App;
use crate::core::asset_removal::delete_for_good;
use crate::core::libraries;
use crate::core::libraries::queries;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_web::time::now;

/// How many assets are deleted in one transaction.
const BATCH: i64 = 500;

pub(crate) struct RemoveLibrary;

impl Job for RemoveLibrary {
    const KIND: JobKind = JobKind::RemoveLibrary;

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, subject).await
    }
}

/// Batch by batch; interrupted, it goes on where it was.
async fn run(app: &App, id: Uuid) -> Result<(), JobError> {
    let is_removed = app
        .db
        .read(move |connection| queries::find_removed_owner(connection, id))
        .await?
        .is_some();
    if !is_removed {
        return Ok(());
    }
    while delete_batch(app, id).await? {}
    app.commit(move |connection| libraries::finish_removal(connection, id, now()))
        .await?;
    Ok(())
}

/// Deletes some of the library's assets; answers whether there were any.
async fn delete_batch(app: &App, id: Uuid) -> Result<bool, JobError> {
    let deleted = app
        .commit(move |connection| {
            let assets = queries::list_assets(connection, id, BATCH)?;
            delete_for_good(connection, &assets)
        })
        .await?;
    Ok(deleted > 0)
}
