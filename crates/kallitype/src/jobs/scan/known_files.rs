//! The second pass of a scan: whether known files are still what they were, and still there.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::off_runtime;
use super::plan::{Look, Plan};
use crate::app::state::App;
use crate::core::libraries::files::SeenFile;
use crate::core::libraries::queries::FileRow;
use crate::core::libraries::{files, queries};
use crate::jobs::error::JobError;
use kallitype_db::Connection;
use kallitype_storage::FileState;
use kallitype_web::time::now;

/// Files that are looked at at a time.
const PAGE: i64 = 4000;

/// Assets that are changed in one transaction.
const BATCH: usize = 500;

/// What devices are called now that had another name at the last scan, as they may after each start of the system.
type Renamed = HashMap<i64, i64>;

/// Looks at all known files. Only after that is it known which of the missing ones are gone.
///
/// # Errors
/// When the database fails; what was recorded stays.
pub(crate) async fn look(app: &App, plan: &Arc<Plan>) -> Result<(), JobError> {
    let mut renamed = Renamed::new();
    let mut is_missing_some = false;
    let mut after = Uuid::nil();
    while let Some(page) = next_page(app, plan, &mut after).await? {
        let looking = plan.clone();
        let looked = off_runtime(move || Looked::at(&looking, page)).await?;
        is_missing_some |= looked.is_missing_some;
        renamed.extend(&looked.renamed);
        record(app, plan, looked).await?;
    }
    match is_missing_some {
        true => put_missing_aside(app, plan, Arc::new(renamed)).await,
        false => Ok(()),
    }
}

async fn next_page(
    app: &App,
    plan: &Plan,
    after: &mut Uuid,
) -> Result<Option<Vec<FileRow>>, JobError> {
    let (library, from) = (plan.library, *after);
    let page = app
        .db
        .scan(move |connection| queries::list_files(connection, library, from, PAGE))
        .await?;
    let Some(last) = page.last() else {
        return Ok(None);
    };
    *after = last.asset;
    Ok(Some(page))
}

/// What became of some files.
#[derive(Default)]
struct Looked {
    /// They have other bytes or another sidecar, or were gone.
    changed: Vec<(FileRow, SeenFile)>,
    /// Nothing of them changed but where they lie on their disk.
    placed: Vec<(Uuid, FileState)>,
    renamed: Renamed,
    /// They are none of the library's any more.
    unwanted: Vec<Uuid>,
    is_missing_some: bool,
}

impl Looked {
    fn at(plan: &Plan, rows: Vec<FileRow>) -> Self {
        let mut looked = Self::default();
        for row in rows {
            match plan.look(&row.path) {
                Look::Here(state) => looked.take(row, plan, state),
                Look::Unwanted if !row.is_offline => looked.unwanted.push(row.asset),
                Look::Missing if !row.is_offline => looked.is_missing_some = true,
                Look::Missing | Look::Unwanted | Look::Unclear => {}
            }
        }
        looked
    }

    fn take(&mut self, row: FileRow, plan: &Plan, state: FileState) {
        let seen = plan.see(&row.path, state);
        let has_other_sidecar = seen.sidecar_modified_at() != row.sidecar_modified_at;
        if row.is_offline || seen.is_other_than(&row) || has_other_sidecar {
            return self.changed.push((row, seen));
        }
        if (row.device, row.inode) == (Some(state.device), Some(state.inode)) {
            return;
        }
        if let (Some(device), true) = (row.device, row.inode == Some(state.inode)) {
            self.renamed.insert(device, state.device);
        }
        self.placed.push((row.asset, state));
    }
}

async fn record(app: &App, plan: &Plan, looked: Looked) -> Result<(), JobError> {
    let owner = plan.owner;
    for batch in looked.changed.chunks(BATCH) {
        let batch = batch.to_vec();
        app.commit(move |connection| {
            batch.iter().try_for_each(|(before, file)| {
                files::update(connection, owner, before, file, now())
            })
        })
        .await?;
    }
    for batch in looked.placed.chunks(BATCH) {
        let batch = batch.to_vec();
        app.commit(move |connection| {
            batch
                .iter()
                .try_for_each(|(id, state)| files::set_state(connection, *id, state))
        })
        .await?;
    }
    set_offline(app, plan, &looked.unwanted).await
}

async fn put_missing_aside(
    app: &App,
    plan: &Arc<Plan>,
    renamed: Arc<Renamed>,
) -> Result<(), JobError> {
    let mut after = Uuid::nil();
    while let Some(page) = next_page(app, plan, &mut after).await? {
        let (looking, renamed) = (plan.clone(), renamed.clone());
        let gone = off_runtime(move || {
            let gone = page.iter().filter(|row| is_gone(&looking, row, &renamed));
            gone.map(|row| row.asset).collect::<Vec<_>>()
        });
        set_offline(app, plan, &gone.await?).await?;
    }
    Ok(())
}

/// Whether a file is gone, and not its disk: the nearest folder above it that is there lies on the disk that it lay on.
fn is_gone(plan: &Plan, row: &FileRow, renamed: &Renamed) -> bool {
    if row.is_offline || !matches!(plan.look(&row.path), Look::Missing) {
        return false;
    }
    let device = row
        .device
        .map(|known| renamed.get(&known).copied().unwrap_or(known));
    let present = plan.nearest_device(&row.path);
    present.is_some() && (device.is_none() || device == present)
}

async fn set_offline(app: &App, plan: &Plan, ids: &[Uuid]) -> Result<(), JobError> {
    let owner = plan.owner;
    for batch in ids.chunks(BATCH) {
        let batch = batch.to_vec();
        let set = move |connection: &mut Connection<'_>| {
            files::set_offline(connection, owner, &batch, now())
        };
        app.commit(set).await?;
    }
    Ok(())
}
