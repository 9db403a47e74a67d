//! Making the database again from the media and the journal beside them.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;
use uuid::Uuid;

use crate::app::entity_parts::{Parts, join, split};
use crate::app::entity_snapshots::EntitySnapshot;
use crate::app::search_words;
use crate::config::Settings;
use crate::core::assets::queries::{set_unread, upsert_metadata};
use crate::core::stacks;
use crate::core::tags::own;
use crate::integrity::queries;
use crate::integrity::queries::JournalState;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Database, DatabaseError, private};
use kallitype_storage::{
    Entry, Line, Lock, PartKind, StorageKey, is_in_use, read_journal, read_marker,
    remove_derived_files,
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
    pub servers: HashMap<Uuid, EntitySnapshot>,
    pub accounts: HashMap<Uuid, EntitySnapshot>,
    pub assets: HashMap<Uuid, EntitySnapshot>,
    pub albums: HashMap<Uuid, EntitySnapshot>,
    pub tags: HashMap<Uuid, EntitySnapshot>,
    pub memories: HashMap<Uuid, EntitySnapshot>,
    pub stacks: HashMap<Uuid, EntitySnapshot>,
    pub persons: HashMap<Uuid, EntitySnapshot>,
    pub libraries: HashMap<Uuid, EntitySnapshot>,
    /// Of assets and albums.
    parts: HashMap<Uuid, KnownParts>,
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
    while db.write(search_words::renew_some).await? {}
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
    known.settle();
    Ok((known, unreadable))
}

/// Removes the files that were made of originals: they get new names when they are made again.
async fn forget_derived(media: PathBuf) -> io::Result<usize> {
    let removing = tokio::task::spawn_blocking(move || remove_derived_files(&media));
    removing.await.map_err(io::Error::other)?
}

/// What is known of the parts of an entity.
#[derive(Default)]
struct KnownParts {
    /// The change that a whole state is of: what it does not say is not there, unless it came later.
    whole: Uuid,
    /// Each part, and the change that it is of.
    latest: HashMap<(PartKind, String), (Uuid, Json)>,
}

impl KnownParts {
    /// Takes those of a whole state.
    fn take_whole(&mut self, change: Uuid, parts: Parts) {
        if change < self.whole {
            return;
        }
        self.whole = change;
        self.latest.retain(|_, (known, _)| *known > change);
        for (part, value) in parts {
            self.latest.entry(part).or_insert((change, value));
        }
    }

    fn take(&mut self, change: Uuid, part: (PartKind, String), value: Json) {
        let known = self
            .latest
            .get(&part)
            .map_or(self.whole, |(known, _)| *known);
        if change >= known && change > self.whole {
            self.latest.insert(part, (change, value));
        }
    }

    fn into_parts(self) -> Parts {
        let latest = self.latest.into_iter();
        latest.map(|(part, (_, value))| (part, value)).collect()
    }
}

impl JournalContents {
    /// Takes one entry of the journal.
    pub(crate) fn take(&mut self, entry: Entry) {
        let update_id = entry.update_id();
        self.greatest = self.greatest.max(update_id);
        let (entities, id, state) = match entry {
            Entry::Server { id, state, .. } => (&mut self.servers, id, state),
            Entry::Account { id, state, .. } => (&mut self.accounts, id, state),
            Entry::Asset { id, mut state, .. } => {
                let parts = self.parts.entry(id).or_default();
                parts.take_whole(update_id, split(&mut state));
                (&mut self.assets, id, state)
            }
            Entry::AssetFields { id, state, .. } => (&mut self.assets, id, state),
            Entry::Album { id, mut state, .. } => {
                let parts = self.parts.entry(id).or_default();
                parts.take_whole(update_id, split(&mut state));
                (&mut self.albums, id, state)
            }
            Entry::AlbumFields { id, state, .. } => (&mut self.albums, id, state),
            Entry::Tag { id, state, .. } => (&mut self.tags, id, state),
            Entry::Memory { id, state, .. } => (&mut self.memories, id, state),
            Entry::Stack { id, state, .. } => (&mut self.stacks, id, state),
            Entry::Person { id, state, .. } => (&mut self.persons, id, state),
            Entry::ExternalLibrary { id, state, .. } => (&mut self.libraries, id, state),
            Entry::Part {
                id,
                part,
                key,
                value,
                ..
            } => {
                let parts = self.parts.entry(id).or_default();
                return parts.take(update_id, (part, key), value);
            }
            Entry::Deleted { id, .. } => {
                let latest = self.deleted.entry(id).or_insert(update_id);
                *latest = update_id.max(*latest);
                return;
            }
            Entry::Checkpoint { .. } | Entry::Library { .. } => return,
        };
        let snapshot = EntitySnapshot {
            update_id,
            id,
            state,
        };
        keep_newest(entities, snapshot);
    }

    /// Drops what was deleted after its last state, and makes the states of the others whole, once every entry was taken.
    pub(crate) fn settle(&mut self) {
        let deleted = std::mem::take(&mut self.deleted);
        let is_there = |id: &Uuid, snapshot: &mut EntitySnapshot| {
            deleted
                .get(id)
                .is_none_or(|gone| *gone < snapshot.update_id)
        };
        self.assets.retain(is_there);
        self.albums.retain(is_there);
        self.tags.retain(is_there);
        self.memories.retain(is_there);
        self.stacks.retain(is_there);
        self.persons.retain(is_there);
        self.libraries.retain(is_there);
        self.accounts.retain(is_there);
        let mut parts = std::mem::take(&mut self.parts);
        for snapshot in self.assets.values_mut().chain(self.albums.values_mut()) {
            if let Some(parts) = parts.remove(&snapshot.id) {
                join(&mut snapshot.state, parts.into_parts());
            }
        }
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
    tags.retain(|tag| is_of_one(tag, "userId", &owners));
    // Parents before their children.
    tags.sort_by_cached_key(|tag| JournalState(&tag.state).text("value"));
    put_back(db, tags, &mut report, |connection, snapshot| {
        queries::restore_tag(connection, snapshot, now())
    })
    .await?;
    let mut persons: Vec<EntitySnapshot> = known.persons.into_values().collect();
    persons.retain(|person| is_of_one(person, "ownerId", &owners));
    put_back(db, persons.clone(), &mut report, |connection, snapshot| {
        queries::restore_person(connection, snapshot, now())
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
    let mut stacks: Vec<EntitySnapshot> = known.stacks.into_values().collect();
    stacks.retain(|stack| is_of_one(stack, "ownerId", &owners));
    put_back(db, stacks.clone(), &mut report, |connection, snapshot| {
        queries::restore_stack(connection, snapshot, now())
    })
    .await?;
    let mut libraries: Vec<EntitySnapshot> = known.libraries.into_values().collect();
    libraries.retain(|library| is_of_one(library, "ownerId", &owners));
    let library_ids: HashSet<Uuid> = libraries.iter().map(|library| library.id).collect();
    put_back(db, libraries, &mut report, |connection, snapshot| {
        queries::restore_external_library(connection, snapshot, now())
    })
    .await?;
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for snapshot in known.assets.into_values() {
        let has_owner = is_of_one(&snapshot, "ownerId", &owners);
        match JournalState(&snapshot.state).uuid("libraryId") {
            // Its file may be on a disk that is not there now. What has become of it, the next scan says.
            Some(library) if has_owner && library_ids.contains(&library) => found.push(snapshot),
            None if has_owner && has_original(settings.media(), &snapshot) => {
                found.push(with_sidecar(settings.media(), snapshot));
            }
            _ => missing.push(snapshot),
        }
    }
    // Older ids first: ids grow with time, and so does everything that is walked in their order.
    found.sort_by_key(|snapshot| snapshot.id);
    report.assets = put_back(db, found, &mut report, restore).await?;
    // Those of which assets are missing.
    put_back(db, stacks, &mut report, |connection, snapshot| {
        stacks::settle(connection, snapshot.id, now())
    })
    .await?;
    let mut memories: Vec<EntitySnapshot> = known.memories.into_values().collect();
    memories.retain(|memory| is_of_one(memory, "ownerId", &owners));
    put_back(db, memories, &mut report, |connection, snapshot| {
        queries::restore_memory(connection, snapshot, now())
    })
    .await?;
    put_back(db, albums, &mut report, |connection, snapshot| {
        queries::restore_thumbnail(connection, snapshot)
    })
    .await?;
    put_back(db, persons, &mut report, queries::restore_featured_face).await?;
    let paths = missing
        .iter()
        .map(|snapshot| JournalState(&snapshot.state).text("originalPath"));
    report.missing = paths.collect();
    report.missing.sort();
    put_back(db, missing, &mut report, queries::release_motion_part).await?;
    db.write(queries::forget_lost_motion_parts).await?;
    // The id comes last: a rebuild that was interrupted leaves a database that is no library's.
    let decided = known.servers.get(&library).cloned();
    db.write(move |connection| {
        queries::insert_library(connection, library, now())?;
        match &decided {
            Some(snapshot) => queries::restore_server(connection, snapshot),
            None => Ok(()),
        }
    })
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
    // They are shared with the transaction: a thousand of them may be many megabytes.
    let snapshots: Arc<[EntitySnapshot]> = snapshots.into();
    for begin in (0..snapshots.len()).step_by(BATCH) {
        let batch = begin..snapshots.len().min(begin + BATCH);
        let (all, range) = (snapshots.clone(), batch.clone());
        let together = move |connection: &mut Connection<'_>| {
            all[range.clone()]
                .iter()
                .try_for_each(|snapshot| put(connection, snapshot))
        };
        if db.write(together).await.is_ok() {
            back += batch.len();
            continue;
        }
        for snapshot in &snapshots[batch] {
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

/// As does everything else that names one account.
fn is_of_one(entity: &EntitySnapshot, name: &str, accounts: &HashSet<Uuid>) -> bool {
    let account = JournalState(&entity.state).uuid(name);
    account.is_some_and(|account| accounts.contains(&account))
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
    let size =
        StorageKey::parse(&state.text("originalPath")).and_then(|key| file_size(media, &key));
    size.is_some() && size == state.integer("fileSize")
}

/// Bytes of a file, if it is there and can be read.
fn file_size(media: &Path, key: &StorageKey) -> Option<i64> {
    let metadata = File::open(media.join(key.as_str())).ok()?.metadata().ok()?;
    i64::try_from(metadata.len())
        .ok()
        .filter(|_| metadata.is_file())
}

/// A sidecar may have been written that the journal does not know of yet, or have gone.
pub(crate) fn with_sidecar(media: &Path, mut snapshot: EntitySnapshot) -> EntitySnapshot {
    let key = StorageKey::parse(&JournalState(&snapshot.state).text("originalPath"))
        .map(|key| key.sidecar());
    let bytes = key.as_ref().and_then(|key| file_size(media, key));
    let there = key.filter(|_| bytes.is_some());
    let path = there.map(|key| key.to_string());
    snapshot.state.insert("sidecarPath".into(), path.into());
    snapshot.state.insert("sidecarBytes".into(), bytes.into());
    snapshot
}

fn restore(connection: &mut Connection<'_>, snapshot: &EntitySnapshot) -> kallitype_db::Result<()> {
    queries::restore_asset(connection, snapshot, now())?;
    queries::restore_held(connection, snapshot, now())?;
    queries::restore_faces(connection, snapshot)?;
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
