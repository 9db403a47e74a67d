//! Finds the words of what has too many assets for one transaction, such as a tag that is called otherwise now.

use uuid::Uuid;

use crate::app::search_words;
use crate::app::state::App;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result};

pub(crate) struct RenewWords;

impl Job for RenewWords {
    const KIND: JobKind = JobKind::RenewWords;

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        while app.commit(search_words::renew_deferred).await? {}
        Ok(())
    }
}

/// Has the job go on with what an earlier process left, and begin with what a migration found.
///
/// # Errors
/// When the database fails.
pub(crate) async fn resume(app: &App) -> Result<()> {
    app.commit(|connection: &mut Connection<'_>| {
        match search_words::queries::has_due(connection)? {
            true => queue::enqueue(connection, JobKind::RenewWords, Uuid::nil()),
            false => Ok(()),
        }
    })
    .await
}
