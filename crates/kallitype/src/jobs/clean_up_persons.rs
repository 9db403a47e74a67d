//! Persons of whom no face is left go when an administrator says so.

use uuid::Uuid;

use crate::app::state::App;
use crate::core::people::{assign, queries};
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_web::time::now;

/// How many persons are deleted in one transaction.
const BATCH: i64 = 500;

pub(crate) struct CleanUpPersons;

impl Job for CleanUpPersons {
    const KIND: JobKind = JobKind::CleanUpPersons;

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        while clean_up(app).await? {}
        Ok(())
    }
}

/// Deletes a batch; answers whether there was anyone to delete.
async fn clean_up(app: &App) -> kallitype_db::Result<bool> {
    app.commit(move |connection| {
        let faceless = queries::lock_faceless(connection, BATCH)?;
        for (person, owner) in &faceless {
            assign::dissolve(connection, *owner, *person, None, now())?;
        }
        Ok(!faceless.is_empty())
    })
    .await
}
