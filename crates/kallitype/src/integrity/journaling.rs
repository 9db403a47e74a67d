//! Keeping the journal beside the media up to date with the database.
//!
//! A change is journaled after its commit (an upload: beside it) and before it is acknowledged. Should the
//! journal fail, the change stands, the failure is logged, and the next start catches up: a checkpoint says up
//! to which `update_id` the journal is whole.

use std::path::Path;

use uuid::Uuid;

use crate::app::commit::append;
use crate::app::state::App;
use crate::core::asset_removal::Gone;
use crate::core::file_deletions;
use crate::integrity::queries;
use crate::integrity::queries::Stated;
use kallitype_db::{Connection, Database, DatabaseError, update_id};
use kallitype_storage::{Entry, Journal, read_journal_segment};

/// How many assets are read and journaled at a time.
const BATCH: usize = 1000;

/// How many files the journal may have before it is written anew as one.
const MOST_SEGMENTS: usize = 20;

impl From<Stated> for Entry {
    fn from(stated: Stated) -> Self {
        Self::Asset {
            update_id: stated.update_id,
            id: stated.id,
            state: stated.state,
        }
    }
}

/// Journals the present state of assets.
pub(crate) async fn journal_assets(app: &App, mut ids: Vec<Uuid>) {
    ids.sort_unstable();
    ids.dedup();
    for batch in ids.chunks(BATCH) {
        let batch = batch.to_vec();
        let states = app
            .db
            .scan(move |connection| queries::list_states(connection, batch))
            .await;
        append_states(app, states, Entry::from).await;
    }
}

/// Appends states that were read, or says that they could not be.
async fn append_states(
    app: &App,
    states: Result<Vec<Stated>, DatabaseError>,
    entry: fn(Stated) -> Entry,
) {
    match states {
        Ok(states) => append(app, &states.into_iter().map(entry).collect::<Vec<_>>()).await,
        Err(error) => {
            tracing::error!(%error, "the journal is behind; the next start will catch up")
        }
    }
}

/// Journals that assets or tags are gone.
pub(crate) async fn journal_deleted(app: &App, ids: &[Uuid]) {
    let gone = |id: &Uuid| Entry::Deleted {
        update_id: update_id(),
        id: *id,
    };
    append(app, &ids.iter().map(gone).collect::<Vec<_>>()).await;
}

/// Journals the present state of an account.
pub(crate) async fn journal_account(app: &App, id: Uuid) {
    if let Err(error) = write_account(&app.db, &app.journal, id).await {
        tracing::error!(%error, "the journal is behind; the next start will catch up");
    }
}

/// Journals the present state of an album: its name, its people and how it is shown.
pub(crate) async fn journal_album(app: &App, id: Uuid) {
    let stated = app
        .db
        .read(move |connection| queries::find_album_state(connection, id))
        .await;
    append_states(app, stated.map(Vec::from_iter), album_entry).await;
}

/// Journals the present state of tags.
pub(crate) async fn journal_tags(app: &App, ids: Vec<Uuid>) {
    let states = app
        .db
        .read(move |connection| queries::list_tag_states_of(connection, ids))
        .await;
    append_states(app, states, tag_entry).await;
}

fn tag_entry(stated: Stated) -> Entry {
    Entry::Tag {
        update_id: stated.update_id,
        id: stated.id,
        state: stated.state,
    }
}

fn album_entry(stated: Stated) -> Entry {
    Entry::Album {
        update_id: stated.update_id,
        id: stated.id,
        state: stated.state,
    }
}

/// Journals an account that was changed from outside the server.
///
/// # Errors
/// When the database cannot be read or the journal not be written.
pub(crate) async fn journal_account_of(
    db: &Database,
    media: &Path,
    id: Uuid,
) -> Result<(), CatchUpError> {
    let library = db
        .read(|connection| Ok::<_, DatabaseError>(queries::library_id(connection)))
        .await?;
    let Some(library) = library else {
        return Ok(());
    };
    write_account(db, &Journal::open(media, library)?, id).await
}

async fn write_account(db: &Database, journal: &Journal, id: Uuid) -> Result<(), CatchUpError> {
    let stated = db
        .read(move |connection| queries::find_account_state(connection, id))
        .await?;
    match stated {
        Some(stated) => Ok(journal.append(&[account_entry(stated)]).await?),
        None => Ok(()),
    }
}

fn account_entry(stated: Stated) -> Entry {
    Entry::Account {
        update_id: stated.update_id,
        id: stated.id,
        state: stated.state,
    }
}

/// Brings the journal up to date after a stop that may have been sudden, and writes it anew when it has
/// become many files. `started` is an `update_id` from before this process changed anything.
///
/// # Errors
/// When the journal or the database cannot be read.
pub(crate) async fn catch_up(app: &App, started: Uuid) -> Result<(), CatchUpError> {
    let earlier = app.journal.earlier()?;
    if earlier.len() >= MOST_SEGMENTS && app.db.is_embedded() {
        write_anew(app).await?;
        app.journal
            .append(&[Entry::Checkpoint { update_id: started }])
            .await?;
        return Ok(app.journal.forget(&earlier)?);
    }
    let since = last_checkpoint(&earlier)?;
    let changed = app
        .db
        .scan(move |connection| queries::list_changed(connection, since))
        .await?;
    journal_assets(app, changed).await;
    let others = app
        .db
        .scan(move |connection| others(connection, since))
        .await?;
    append(app, &others).await;
    Ok(app
        .journal
        .append(&[Entry::Checkpoint { update_id: started }])
        .await?)
}

/// Why catching up did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CatchUpError {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Journal(#[from] kallitype_storage::JournalError),
}

/// What changed beside the assets, and what is gone.
fn others(connection: &mut Connection<'_>, since: Uuid) -> kallitype_db::Result<Vec<Entry>> {
    let mut entries = present_others(connection, since)?;
    let deleted = queries::list_deleted(connection, since)?.into_iter();
    entries.extend(deleted.map(|(id, update_id)| Entry::Deleted { update_id, id }));
    Ok(entries)
}

/// Accounts, albums and tags that changed after `since`.
fn present_others(
    connection: &mut Connection<'_>,
    since: Uuid,
) -> kallitype_db::Result<Vec<Entry>> {
    let accounts = queries::list_account_states(connection, since)?;
    let albums = queries::list_album_states(connection, since)?;
    let tags = queries::list_tag_states(connection, since)?;
    let accounts = accounts.into_iter().map(account_entry);
    let albums = albums.into_iter().map(album_entry);
    let tags = tags.into_iter().map(tag_entry);
    Ok(accounts.chain(albums).chain(tags).collect())
}

/// The last checkpoint in the newest file that has one.
fn last_checkpoint(segments: &[std::path::PathBuf]) -> std::io::Result<Uuid> {
    for segment in segments.iter().rev() {
        let mut found = None;
        read_journal_segment(segment, &mut |entry| {
            if let Entry::Checkpoint { update_id } = entry {
                found = found.max(Some(update_id));
            }
            Ok(())
        })?;
        if let Some(checkpoint) = found {
            return Ok(checkpoint);
        }
    }
    Ok(Uuid::nil())
}

async fn write_anew(app: &App) -> Result<(), CatchUpError> {
    let entries = app
        .db
        .scan(|connection| present_others(connection, Uuid::nil()))
        .await?;
    app.journal.append(&entries).await?;
    let mut after = Uuid::nil();
    loop {
        let most = BATCH as i64;
        let states = app
            .db
            .scan(move |connection| queries::list_states_after(connection, after, most))
            .await?;
        let Some(last) = states.last() else {
            return Ok(());
        };
        after = last.id;
        app.journal
            .append(&states.into_iter().map(Entry::from).collect::<Vec<_>>())
            .await?;
    }
}

/// Says that every change so far is in the journal. Only right when nothing is changing any more.
pub(crate) async fn checkpoint(app: &App) {
    append(
        app,
        &[Entry::Checkpoint {
            update_id: update_id(),
        }],
    )
    .await;
}

/// Journals a deletion and removes its files.
pub(crate) async fn finish_removal(app: &App, gone: Gone) {
    journal_deleted(app, &gone.deleted).await;
    journal_assets(app, gone.stilled).await;
    file_deletions::remove_doomed_files(app).await;
}
