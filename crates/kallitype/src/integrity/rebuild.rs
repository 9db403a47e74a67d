//! Making the database again from the media and the journal beside them.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use uuid::Uuid;

use crate::app::entity_snapshots::EntitySnapshot;
use crate::config::Settings;
use crate::core::assets::queries::{set_unread, upsert_metadata};
use crate::core::tags::own;
use crate::integrity::queries;
use crate::integrity::queries::JournalState;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Database, DatabaseError, private};
use kallitype_storage::{
    Entry, Line, Lock, StorageKey, is_in_use, read_journal, read_marker, remove_derived_files,
};
use kallitype_web::time::now;

/// What a rebuild brought back.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RebuildReport {
    pub accounts: usize,
    pub assets: usize,
    pub albums: usize,
    /// Assets that the journal knows but whose originals are not there.
    pub missing: Vec<String>,
    /// What of the journal cannot be read, and what it says that cannot be put back.
    pub lost: Vec<String>,
}

/// Why a library is not rebuilt.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RebuildError {
    #[error("{0} holds no library: there is no marker file in it")]
    NoLibrary(String),
    #[error("the database is not empty: move it away first, nothing was changed")]
    NotEmpty,
    #[error("another process is using {0}: stop it first")]
    InUse(String),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// How many assets are put back in one transaction.
const BATCH: usize = 1000;

/// The last known state of everything in the journal.
#[derive(Default)]
pub(crate) struct JournalContents {
    pub accounts: HashMap<Uuid, EntitySnapshot>,
    pub assets: HashMap<Uuid, EntitySnapshot>,
    pub albums: HashMap<Uuid, EntitySnapshot>,
    pub tags: HashMap<Uuid, EntitySnapshot>,
    deleted: HashMap<Uuid, Uuid>,
    /// The greatest change id of all entries.
    greatest: Uuid,
}

/// Fills an empty database from the journal; every asset's files are then looked into again by jobs.
///
/// # Errors
/// When there is no journal, or the database is not empty. Nothing is changed then.
pub(crate) async fn rebuild(settings: &Settings) -> Result<RebuildReport, RebuildError> {
    let media = settings.media().to_owned();
    let shown = media.display().to_string();
    let library = read_marker(&media)?.ok_or(RebuildError::NoLibrary(shown))?;
    private::create_folder(&settings.data)?;
    let lock = Lock::take_soon(&settings.data.join("kallitype.lock"))?;
    let _lock = lock.ok_or_else(|| RebuildError::InUse(settings.data.display().to_string()))?;
    // Servers on PostgreSQL hold no lock on a database: they share it. Each holds one beside the media.
    if is_in_use(&media)? {
        return Err(RebuildError::InUse(media.display().to_string()));
    }
    let (known, unreadable) = read_known(&media)?;
    let db = open_empty(settings).await?;
    // Otherwise the next rebuild would take what this journal says for newer than what comes.
    db.raise_change_counter(known.greatest).await?;
    let mut report = fill(&db, settings, library, known).await?;
    report.lost.extend(unreadable);
    forget_derived(media).await?;
    db.optimize().await?;
    db.close().await;
    Ok(report)
}

async fn open_empty(settings: &Settings) -> Result<Database, RebuildError> {
    let database = settings.database();
    let opening = tokio::task::spawn_blocking(move || {
        let db = Database::open(&database)?;
        db.migrate(&database)?;
        Ok::<_, DatabaseError>(db)
    });
    let db = opening.await.map_err(io::Error::other)??;
    let library = db.read_consistent(queries::library_id).await?;
    if library.is_some() {
        Err(RebuildError::NotEmpty)
    } else {
        Ok(db)
    }
}

/// What the journal says, and where it cannot be read.
fn read_known(media: &Path) -> io::Result<(JournalContents, Vec<String>)> {
    let mut known = JournalContents::default();
    let mut unreadable = Vec::new();
    read_journal(media, &mut |line| {
        match line {
            Line::Entry(entry) => known.take(entry),
            Line::Unreadable(line) => unreadable.push(line.to_string()),
        }
        Ok(())
    })?;
    known.forget_deleted();
    Ok((known, unreadable))
}

/// Removes the files that were made of originals: they get new names when they are made again.
async fn forget_derived(media: PathBuf) -> io::Result<usize> {
    let removing = tokio::task::spawn_blocking(move || remove_derived_files(&media));
    removing.await.map_err(io::Error::other)?
}

impl JournalContents {
    /// Takes one entry of the journal.
    pub(crate) fn take(&mut self, entry: Entry) {
        let (entities, snapshot) = match entry {
            Entry::Account {
                update_id,
                id,
                state,
            } => (
                &mut self.accounts,
                EntitySnapshot {
                    update_id,
                    id,
                    state,
                },
            ),
            Entry::Asset {
                update_id,
                id,
                state,
            } => (
                &mut self.assets,
                EntitySnapshot {
                    update_id,
                    id,
                    state,
                },
            ),
            Entry::Album {
                update_id,
                id,
                state,
            } => (
                &mut self.albums,
                EntitySnapshot {
                    update_id,
                    id,
                    state,
                },
            ),
            Entry::Tag {
                update_id,
                id,
                state,
            } => (
                &mut self.tags,
                EntitySnapshot {
                    update_id,
                    id,
                    state,
                },
            ),
            Entry::Deleted { update_id, id } => {
                self.greatest = self.greatest.max(update_id);
                let latest = self.deleted.entry(id).or_insert(update_id);
                *latest = update_id.max(*latest);
                return;
            }
            Entry::Checkpoint { update_id } => {
                self.greatest = self.greatest.max(update_id);
                return;
            }
            Entry::Library { .. } => return,
        };
        self.greatest = self.greatest.max(snapshot.update_id);
        keep_newest(entities, snapshot);
    }

    /// Drops what was deleted after its last state, once every entry was taken.
    pub(crate) fn forget_deleted(&mut self) {
        let deleted = std::mem::take(&mut self.deleted);
        let is_there = |id: &Uuid, snapshot: &mut EntitySnapshot| {
            deleted
                .get(id)
                .is_none_or(|gone| *gone < snapshot.update_id)
        };
        self.assets.retain(is_there);
        self.albums.retain(is_there);
        self.tags.retain(is_there);
        self.accounts.retain(is_there);
    }
}

/// The greatest `update_id` wins; among equals the later line, which may know more.
fn keep_newest(known: &mut HashMap<Uuid, EntitySnapshot>, snapshot: EntitySnapshot) {
    if known
        .get(&snapshot.id)
        .is_none_or(|before| before.update_id <= snapshot.update_id)
    {
        known.insert(snapshot.id, snapshot);
    }
}

async fn fill(
    db: &Database,
    settings: &Settings,
    library: Uuid,
    known: JournalContents,
) -> Result<RebuildReport, RebuildError> {
    let mut report = RebuildReport::default();
    let mut accounts: Vec<EntitySnapshot> = known.accounts.into_values().collect();
    for account in &mut accounts {
        forget_lost_picture(settings.media(), account);
    }
    put_back(db, accounts, &mut report, |connection, snapshot| {
        queries::restore_account(connection, snapshot, now())
    })
    .await?;
    let owners: HashSet<Uuid> = db.scan(queries::list_account_ids).await?;
    report.accounts = owners.len();
    let mut tags: Vec<EntitySnapshot> = known.tags.into_values().collect();
    tags.retain(|tag| has_user(tag, &owners));
    // Parents before their children.
    tags.sort_by_cached_key(|tag| JournalState(&tag.state).text("value"));
    put_back(db, tags, &mut report, |connection, snapshot| {
        queries::restore_tag(connection, snapshot, now())
    })
    .await?;
    let albums: Vec<EntitySnapshot> = known
        .albums
        .into_values()
        .filter(|album| has_owner(album, &owners))
        .collect();
    report.albums = put_back(db, albums.clone(), &mut report, |connection, snapshot| {
        queries::restore_album(connection, snapshot, now())
    })
    .await?;
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for snapshot in known.assets.into_values() {
        let has_owner = JournalState(&snapshot.state)
            .uuid("ownerId")
            .is_some_and(|owner| owners.contains(&owner));
        if has_owner && has_original(settings.media(), &snapshot) {
            found.push(with_sidecar(settings.media(), snapshot));
        } else {
            missing.push(snapshot);
        }
    }
    // Older ids first: ids grow with time, and so does everything that is walked in their order.
    found.sort_by_key(|snapshot| snapshot.id);
    report.assets = put_back(db, found, &mut report, restore).await?;
    put_back(db, albums, &mut report, |connection, snapshot| {
        queries::restore_thumbnail(connection, snapshot)
    })
    .await?;
    let paths = missing
        .iter()
        .map(|snapshot| JournalState(&snapshot.state).text("originalPath"));
    report.missing = paths.collect();
    report.missing.sort();
    put_back(db, missing, &mut report, queries::release_motion_part).await?;
    db.write(queries::forget_lost_motion_parts).await?;
    // The id comes last: a rebuild that was interrupted leaves a database that is no library's.
    db.write(move |connection| queries::insert_library(connection, library, now()))
        .await?;
    Ok(report)
}

/// What puts back one state.
type PutBack = fn(&mut Connection<'_>, &EntitySnapshot) -> kallitype_db::Result<()>;

/// Puts states back, many at a time. What cannot be put back keeps nothing else away. Answers how many are back.
async fn put_back(
    db: &Database,
    snapshots: Vec<EntitySnapshot>,
    report: &mut RebuildReport,
    put: PutBack,
) -> Result<usize, RebuildError> {
    let mut back = 0;
    for batch in snapshots.chunks(BATCH) {
        let all = batch.to_vec();
        let together = move |connection: &mut Connection<'_>| {
            all.iter()
                .try_for_each(|snapshot| put(connection, snapshot))
        };
        if db.write(together).await.is_ok() {
            back += batch.len();
            continue;
        }
        for snapshot in batch {
            let one = snapshot.clone();
            match db.write(move |connection| put(connection, &one)).await {
                Ok(()) => back += 1,
                Err(error) if is_about_the_database(&error) => return Err(error.into()),
                Err(error) => report.lost.push(format!("{}: {error}", snapshot.id)),
            }
        }
    }
    Ok(back)
}

/// Whether nothing else could be put back either.
fn is_about_the_database(error: &DatabaseError) -> bool {
    matches!(
        error,
        DatabaseError::Full(_) | DatabaseError::Unavailable(_)
    )
}

/// An album goes with its owner.
pub(crate) fn has_owner(album: &EntitySnapshot, accounts: &HashSet<Uuid>) -> bool {
    let users = album.state.get("users").and_then(Json::as_object);
    users.into_iter().flatten().any(|(user, role)| {
        role == "owner" && user.parse().is_ok_and(|user| accounts.contains(&user))
    })
}

/// As does a tag.
fn has_user(tag: &EntitySnapshot, accounts: &HashSet<Uuid>) -> bool {
    let user = JournalState(&tag.state).uuid("userId");
    user.is_some_and(|user| accounts.contains(&user))
}

/// Other than originals, profile images may be gone: they can be sent again.
pub(crate) fn forget_lost_picture(media: &Path, account: &mut EntitySnapshot) {
    let key = StorageKey::parse(&JournalState(&account.state).text("profileImagePath"));
    if key.is_none_or(|key| !media.join(key.as_str()).exists()) {
        account.state.remove("profileImagePath");
    }
}

/// An upload that was never acknowledged may have a line but no file.
pub(crate) fn has_original(media: &Path, snapshot: &EntitySnapshot) -> bool {
    let state = JournalState(&snapshot.state);
    let size = StorageKey::parse(&state.text("originalPath"))
        .and_then(|key| File::open(media.join(key.as_str())).ok()?.metadata().ok())
        .and_then(|metadata| i64::try_from(metadata.len()).ok());
    size.is_some() && size == state.integer("fileSize")
}

/// A sidecar may have been written that the journal does not know of yet, or have gone.
pub(crate) fn with_sidecar(media: &Path, mut snapshot: EntitySnapshot) -> EntitySnapshot {
    let key = StorageKey::parse(&JournalState(&snapshot.state).text("originalPath"))
        .map(|key| key.sidecar());
    let there = key.filter(|key| media.join(key.as_str()).is_file());
    snapshot.state.insert(
        "sidecarPath".into(),
        there.map(|key| key.to_string()).into(),
    );
    snapshot
}

fn restore(connection: &mut Connection<'_>, snapshot: &EntitySnapshot) -> kallitype_db::Result<()> {
    queries::restore_asset(connection, snapshot, now())?;
    queries::restore_held(connection, snapshot, now())?;
    if let Some(Json::Object(metadata)) = snapshot.state.get("metadata") {
        for (key, value) in metadata {
            if let Json::Object(value) = value {
                upsert_metadata(connection, snapshot.id, key, value, now())?;
            }
        }
    }
    let state = JournalState(&snapshot.state);
    if let Some(owner) = state.uuid("ownerId") {
        let (given, refused) = (state.texts("tags"), state.texts("refusedTags"));
        own::restore(connection, owner, snapshot.id, &given, &refused, now())?;
    }
    set_unread(connection, snapshot.id)?;
    queue::enqueue(connection, JobKind::ExtractMetadata, snapshot.id)?;
    queue::enqueue(connection, JobKind::GenerateThumbnails, snapshot.id)
}
