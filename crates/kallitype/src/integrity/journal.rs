//! The journal beside the media: where it stands at a start, and writing it anew when it has become many files.

use std::path::Path;

use uuid::Uuid;

use crate::app::entity_snapshots::{
    EntitySnapshot, list_accounts_after, list_albums_after, list_assets_after,
    list_libraries_after, list_memories_after, list_persons_after, list_servers_after,
    list_stacks_after, list_tags_after,
};
use crate::app::journal::FollowedJournal;
use crate::app::state::App;
use crate::integrity::queries;
use kallitype_db::{Connection, Database, DatabaseError};
use kallitype_storage::{Entry, Journal, JournalError, Standing, journal_standing};

/// How many states are written at a time. Those of assets may be fewer, by their sizes; no other is longer than some tens
/// of kilobytes.
const BATCH: i64 = 200;

/// How many files the journal may have before it is written anew as one.
const MAX_SEGMENTS: usize = 20;

/// Why the journal could not be opened or written anew.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalingError {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Opens the journal and follows the database's changes into it from where it stands. From now on change ids are
/// greater than all that it holds, even when the database is an older copy of itself. What an earlier process did not
/// come to journal is in it when this answers, so before anything new is acknowledged.
///
/// # Errors
/// When the journal or the database cannot be read. One that cannot be written is behind, and tried again.
pub(crate) async fn follow(
    db: &Database,
    media: &Path,
    library: Uuid,
) -> Result<FollowedJournal, JournalingError> {
    let standing = count_beyond(db, media).await?;
    let journal = Journal::open(media, library)?;
    let journal = FollowedJournal::start(db.clone(), journal, standing.checkpoint);
    journal.caught_up().await;
    Ok(journal)
}

/// Makes all further change ids greater than those in the journal, and answers how far that has come.
///
/// # Errors
/// When the journal cannot be read or the database fails.
pub(crate) async fn count_beyond(db: &Database, media: &Path) -> Result<Standing, JournalingError> {
    let standing = journal_standing(media)?;
    db.raise_change_counter(standing.greatest).await?;
    Ok(standing)
}

/// Journals the accounts, where there is a library: they are what commands change. A server may be running meanwhile and
/// counts on it that no one else writes states of assets, so the rest is left to whoever follows next.
///
/// # Errors
/// When the journal or the database fails.
pub(crate) async fn journal_accounts(db: &Database, media: &Path) -> Result<(), JournalingError> {
    let library = db.read_consistent(queries::library_id).await?;
    if let Some(library) = library {
        let journal = Journal::open(media, library)?;
        append_all(
            db,
            &journal,
            list_accounts_after,
            EntitySnapshot::into_account,
        )
        .await?;
    }
    Ok(())
}

/// Writes the journal anew when it has become many files. What changes meanwhile is followed as always; its change ids
/// are greater than those of the states that are written here.
///
/// # Errors
/// When the journal or the database fails; the old files stay then.
pub(crate) async fn compact(app: &App) -> Result<(), JournalingError> {
    let journal = app.journal.file();
    let earlier = journal.earlier()?;
    if earlier.len() < MAX_SEGMENTS || !app.db.is_embedded() {
        return Ok(());
    }
    // All states are read after this, so what is written below has every change up to here.
    let horizon = app.db.change_horizon().await?;
    app.journal.caught_up().await;
    append_all(
        &app.db,
        journal,
        list_servers_after,
        EntitySnapshot::into_server,
    )
    .await?;
    append_all(
        &app.db,
        journal,
        list_accounts_after,
        EntitySnapshot::into_account,
    )
    .await?;
    append_all(
        &app.db,
        journal,
        list_albums_after,
        EntitySnapshot::into_album,
    )
    .await?;
    append_all(&app.db, journal, list_tags_after, EntitySnapshot::into_tag).await?;
    append_all(
        &app.db,
        journal,
        list_memories_after,
        EntitySnapshot::into_memory,
    )
    .await?;
    append_all(
        &app.db,
        journal,
        list_stacks_after,
        EntitySnapshot::into_stack,
    )
    .await?;
    append_all(
        &app.db,
        journal,
        list_persons_after,
        EntitySnapshot::into_person,
    )
    .await?;
    append_all(
        &app.db,
        journal,
        list_libraries_after,
        EntitySnapshot::into_library,
    )
    .await?;
    append_all(
        &app.db,
        journal,
        list_assets_after,
        EntitySnapshot::into_asset,
    )
    .await?;
    // Without it, a start after a crash would follow the whole library again: the old files had the last one.
    let checkpoint = Entry::Checkpoint { update_id: horizon };
    journal.append(&[checkpoint]).await?;
    Ok(journal.forget(&earlier)?)
}

/// Reads the next states in the order of ids, after one and so many at most.
type ListAfter = fn(&mut Connection<'_>, Uuid, i64) -> kallitype_db::Result<Vec<EntitySnapshot>>;

/// Appends the states of all entities of a kind, some at a time.
async fn append_all(
    db: &Database,
    journal: &Journal,
    list: ListAfter,
    into_entry: fn(EntitySnapshot) -> Entry,
) -> Result<(), JournalingError> {
    let mut after = Uuid::nil();
    loop {
        let states = db
            .scan(move |connection| list(connection, after, BATCH))
            .await?;
        let Some(last) = states.last() else {
            return Ok(());
        };
        after = last.id;
        let entries: Vec<Entry> = states.into_iter().map(into_entry).collect();
        journal.append(&entries).await?;
    }
}
