//! Copies the embedded database beside it, and forgets the oldest copies. PostgreSQL has tools of its own for that.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use uuid::Uuid;

use crate::app::state::App;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_db::private;
use kallitype_storage::Space;

/// What copies are called, before the moment and after it; and one that is being written.
const BEGINNING: &str = "backup-";
const END: &str = ".sqlite";
const UNFINISHED: &str = "unfinished";

/// Why PostgreSQL is not copied.
pub(crate) const IS_POSTGRES: &str =
    "This server's database is PostgreSQL: back it up with its own tools, such as pg_dump";

pub(crate) struct BackUpDatabase;

impl Job for BackUpDatabase {
    const KIND: JobKind = JobKind::BackUpDatabase;

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        if !app.db.is_embedded() {
            return Err(JobError::Permanent(IS_POSTGRES.into()));
        }
        run(app).await
    }
}

async fn run(app: &App) -> Result<(), JobError> {
    let folder = app.settings.data.join("backups");
    let unfinished = folder.join(UNFINISHED);
    let (database, keep_free) = (app.settings.database().file, app.settings.min_free_bytes);
    let making = (folder.clone(), unfinished.clone());
    on_disk(app, move || {
        make_room(&making.0, &making.1, &database, keep_free)
    })
    .await?;
    if let Err(error) = app.db.copy_to(unfinished.clone()).await {
        on_disk(app, move || forget(&unfinished)).await?;
        return Err(error.into());
    }
    let kept = app.config().backup.database.keep_last_amount;
    on_disk(app, move || finish(&folder, &unfinished, kept as usize)).await
}

async fn on_disk(
    app: &App,
    work: impl FnOnce() -> io::Result<()> + Send + 'static,
) -> Result<(), JobError> {
    let stopped = |_| JobError::Temporary("a backup stopped in the middle".into());
    Ok(app.work_on_files(work).await.map_err(stopped)??)
}

fn forget(unfinished: &Path) -> io::Result<()> {
    match fs::remove_file(unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Deletes what an earlier try left, and makes sure that there is room for a copy.
fn make_room(folder: &Path, unfinished: &Path, database: &Path, keep_free: u64) -> io::Result<()> {
    private::create_folder(folder)?;
    forget(unfinished)?;
    let bytes = fs::metadata(database)?.len();
    if Space::of(folder)?.available < bytes.saturating_add(keep_free) {
        return Err(io::Error::new(
            io::ErrorKind::StorageFull,
            "the disk has no room for a copy of the database",
        ));
    }
    Ok(())
}

/// Gives the copy its name, and forgets the oldest ones.
fn finish(folder: &Path, unfinished: &Path, kept: usize) -> io::Result<()> {
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%S%3f");
    fs::rename(unfinished, folder.join(format!("{BEGINNING}{stamp}{END}")))?;
    fs::File::open(folder)?.sync_all()?;
    let copies = list_copies(folder)?;
    let outdated = copies.len().saturating_sub(kept);
    copies.iter().take(outdated).try_for_each(fs::remove_file)
}

/// The copies in a folder, the oldest first.
fn list_copies(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut copies = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(BEGINNING) && name.ends_with(END) {
            copies.push(entry.path());
        }
    }
    copies.sort_unstable();
    Ok(copies)
}
