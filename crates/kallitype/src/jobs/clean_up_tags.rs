//! Tags that nothing has, neither they nor any below them, go when an administrator says so.

use uuid::Uuid;

use crate::app::state::App;
use crate::core::tags::queries;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_web::time::now;

/// How many tags are deleted in one transaction.
const BATCH: i64 = 500;

pub(crate) struct CleanUpTags;

impl Job for CleanUpTags {
    const KIND: JobKind = JobKind::CleanUpTags;

    /// Those above others are unused once these are gone.
    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        while clean_up(app).await? {}
        Ok(())
    }
}

/// Deletes a batch; answers whether there was anything to delete.
async fn clean_up(app: &App) -> kallitype_db::Result<bool> {
    app.commit(move |connection| {
        let unused = queries::lock_unused(connection, BATCH)?;
        for (tag, user) in &unused {
            queries::delete_locked(connection, *user, vec![*tag], now())?;
        }
        Ok(!unused.is_empty())
    })
    .await
}
