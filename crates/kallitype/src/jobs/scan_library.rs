//! Looks through an external library: what is new in it, what was moved, what has changed, what is gone and what is back.
//! Interrupted, it is simply done again.

use std::sync::Arc;

use uuid::Uuid;

use crate::app::state::App;
use crate::core::libraries::queries;
use crate::jobs::backlog::Backlog;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::jobs::scan::plan::Plan;
use crate::jobs::scan::{known_files, new_files, off_runtime};
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::Connection;
use kallitype_web::time::now;

pub(crate) struct ScanLibrary;

impl Job for ScanLibrary {
    const KIND: JobKind = JobKind::ScanLibrary;
    /// All libraries.
    const BACKLOG: Option<Backlog> = Some(Backlog::of("library.id", "library", IS_THERE, IS_THERE));

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, subject).await
    }
}

const IS_THERE: &str = "library.deleted_at IS NULL";

async fn run(app: &App, id: Uuid) -> Result<(), JobError> {
    let Some(library) = app
        .db
        .read(move |connection| queries::find_scannable(connection, id))
        .await?
    else {
        return Ok(());
    };
    let planning = app.clone();
    let plan = Arc::new(off_runtime(move || Plan::new(&planning, &library)).await??);
    if !new_files::take(app, &plan).await? {
        return Ok(());
    }
    known_files::look(app, &plan).await?;
    app.commit(move |connection| finish(connection, id)).await?;
    Ok(())
}

/// Notes that a library was scanned, if it is still there, and has the contents of its new files read.
fn finish(connection: &mut Connection<'_>, id: Uuid) -> kallitype_db::Result<()> {
    connection.lock("library", id)?;
    if queries::find_scannable(connection, id)?.is_none() {
        return Ok(());
    }
    queries::set_refreshed(connection, id, now())?;
    queue::enqueue(connection, JobKind::HashLibrary, id)
}
