//! Reads the files of an external library for what they are known by once they are on another disk.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::app::state::App;
use crate::core::assets::location::to_folders;
use crate::core::libraries::queries;
use crate::core::libraries::queries::FileRow;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::jobs::scan::{hash, off_runtime};
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, DatabaseError};
use kallitype_storage::ExternalFile;
use kallitype_web::time::SECOND;

/// How long it reads before others have their turn.
const TURN: Duration = Duration::from_secs(30);

/// Files that are read before what they came to is recorded.
const BATCH: i64 = 64;

pub(crate) struct HashLibrary;

impl Job for HashLibrary {
    const KIND: JobKind = JobKind::HashLibrary;

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, subject).await
    }
}

async fn run(app: &App, id: Uuid) -> Result<(), JobError> {
    let Some(library) = app
        .db
        .read(move |connection| queries::find_scannable(connection, id))
        .await?
    else {
        return Ok(());
    };
    let folders = to_folders(&library.import_paths.0);
    let (begun, mut after) = (Instant::now(), Uuid::nil());
    loop {
        let files = app
            .db
            .scan(move |connection| queries::list_unhashed(connection, id, after, BATCH))
            .await?;
        let Some(last) = files.last() else {
            return Ok(());
        };
        after = last.asset;
        read(app, folders.clone(), files).await?;
        if begun.elapsed() >= TURN {
            let again = move |connection: &mut Connection<'_>| {
                queue::enqueue_later(connection, JobKind::HashLibrary, id, SECOND)
            };
            return Ok(app.commit(again).await?);
        }
    }
}

/// Reads files and records what they came to. One that cannot be read, or is not as it was seen, is for another time.
async fn read(app: &App, folders: Vec<PathBuf>, files: Vec<FileRow>) -> Result<(), JobError> {
    let reading = off_runtime(move || {
        let hashed = files.into_iter().filter_map(|row| {
            let file = ExternalFile::below(&folders, &row.path)?;
            let hash = hash(&file, (row.size, row.modified_at)).ok()??;
            Some((row, hash))
        });
        hashed.collect::<Vec<_>>()
    });
    let hashed = reading.await?;
    app.commit(move |connection| {
        for (row, hash) in &hashed {
            queries::set_hash(connection, row, *hash)?;
        }
        Ok::<_, DatabaseError>(())
    })
    .await?;
    Ok(())
}
