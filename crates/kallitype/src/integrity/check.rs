//! Verifying every original against its record.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha1::{Digest, Sha1};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::checkup::{Finding, Mend, Trouble};
use crate::app::file_deletions::list_scheduled;
use crate::integrity::queries;
use crate::integrity::queries::Original;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Database, DatabaseError};
use kallitype_storage::{StorageKey, list_files, list_unsettled};

/// How many records are read at a time, and bytes of a file.
const BATCH: i64 = 1000;
const CHUNK: usize = 1 << 20;

/// Is told what a check comes upon.
pub(crate) type Listener = Arc<dyn Fn(Finding) + Send + Sync>;

/// A check of one library.
pub(crate) struct Check {
    pub db: Database,
    pub media: PathBuf,
    pub listener: Listener,
    /// Ends it before it has come to its end.
    pub stop: CancellationToken,
}

impl Check {
    /// Reads every original again.
    ///
    /// # Errors
    /// When the database or a folder cannot be read. A file that cannot be read counts as changed.
    pub(crate) async fn run(&self) -> Result<(), CheckError> {
        // Files first, then those on their way, then the records: a server may be at work. What was there without a
        // record is by then either still on its way, or recorded, or gone.
        let mut strangers = self.on_disk(Strangers::find).await??;
        for key in self.on_disk(list_unsettled).await?? {
            strangers.meet(key.as_str());
        }
        self.check_originals(&mut strangers).await?;
        self.check_pictures(&mut strangers).await?;
        for is_moved in [false, true] {
            let scheduled = move |connection: &mut Connection<'_>| {
                list_scheduled(connection, is_moved, i64::MAX)
            };
            for path in self.db.scan(scheduled).await? {
                strangers.meet(&path);
            }
        }
        let listener = self.listener.clone();
        self.on_disk(move |media| {
            strangers.list(media, |path| {
                listener(trouble(Trouble::Untracked, path, None));
            })
        })
        .await??;
        Ok(())
    }

    async fn check_originals(&self, strangers: &mut Strangers) -> Result<(), CheckError> {
        let mut after = Uuid::nil();
        loop {
            let originals = self
                .db
                .scan(move |connection| queries::list_originals(connection, after, BATCH))
                .await?;
            let Some(last) = originals.last() else {
                return Ok(());
            };
            after = last.id;
            for original in originals {
                self.check_asset(original, strangers).await?;
            }
        }
    }

    async fn check_asset(
        &self,
        original: Original,
        strangers: &mut Strangers,
    ) -> Result<(), CheckError> {
        let id = original.id;
        strangers.meet_all_of(&original);
        let mut findings = self.verify(original).await?;
        if findings.iter().any(Finding::is_trouble) {
            // What a server at work has moved, replaced or deleted since the record was read, is as it should be.
            let now = self
                .db
                .read(move |connection| queries::find_original(connection, id))
                .await?;
            findings = match now {
                Some(original) => {
                    strangers.meet_all_of(&original);
                    self.verify(original).await?
                }
                None => Vec::new(),
            };
        }
        findings.into_iter().for_each(&*self.listener);
        Ok(())
    }

    async fn verify(&self, original: Original) -> Result<Vec<Finding>, CheckError> {
        let stop = self.stop.clone();
        self.on_disk(move |media| verify(media, &original, &stop))
            .await?
    }

    /// The pictures of accounts and of persons.
    async fn check_pictures(&self, strangers: &mut Strangers) -> Result<(), CheckError> {
        let profiles = self.db.scan(queries::list_profile_images).await?;
        let profiles = profiles.into_iter().map(|path| (path, None));
        let persons = list_person_thumbnails(&self.db).await?;
        let persons = persons.into_iter().map(|(person, path)| {
            let kind = JobKind::GeneratePersonThumbnail;
            let mend = Mend {
                kind,
                subject: person,
            };
            (path, Some(mend))
        });
        for (path, mend) in profiles.chain(persons) {
            strangers.meet(&path);
            if is_gone(&self.media, &path) {
                (self.listener)(trouble(Trouble::Underived, path, mend));
            }
        }
        Ok(())
    }

    /// Does something where a disk that is slow keeps no one else waiting.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> T + Send + 'static,
    ) -> Result<T, CheckError> {
        if self.stop.is_cancelled() {
            return Err(CheckError::Stopped);
        }
        let media = self.media.clone();
        let done = tokio::task::spawn_blocking(move || work(&media)).await;
        done.map_err(|_| CheckError::Stopped)
    }
}

/// The thumbnails of all persons, as keys, with whose they are.
async fn list_person_thumbnails(db: &Database) -> Result<Vec<(Uuid, String)>, DatabaseError> {
    let mut thumbnails = Vec::new();
    let mut after = Uuid::nil();
    loop {
        let found = db
            .scan(move |connection| queries::list_person_thumbnails(connection, after, BATCH))
            .await?;
        let Some((last, _)) = found.last() else {
            return Ok(thumbnails);
        };
        after = *last;
        let drawn = found
            .into_iter()
            .filter_map(|(person, path)| Some((person, path?)));
        thumbnails.extend(drawn);
    }
}

/// Files of which no record was met yet, by what their paths below the media folder come to: there may be millions.
struct Strangers {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl Strangers {
    /// Every media file.
    fn find(media: &Path) -> io::Result<Self> {
        let mut found = Self {
            hasher: RandomState::new(),
            hashes: HashSet::new(),
        };
        list_files(media, &mut |_, path| {
            let hash = found.hasher.hash_one(&*below(media, path));
            found.hashes.insert(hash);
            Ok(())
        })?;
        Ok(found)
    }

    fn meet(&mut self, path: &str) {
        self.hashes.remove(&self.hasher.hash_one(path));
    }

    fn meet_all_of(&mut self, original: &Original) {
        self.meet(&original.path);
        original
            .others
            .iter()
            .for_each(|(other, _)| self.meet(other));
    }

    /// Tells of those that are left and still there.
    fn list(&self, media: &Path, mut tell: impl FnMut(String)) -> io::Result<()> {
        list_files(media, &mut |_, path| {
            let relative = below(media, path);
            if self.hashes.contains(&self.hasher.hash_one(&*relative)) {
                tell(relative);
            }
            Ok(())
        })
    }
}

/// A path below the media folder.
fn below(media: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(media).unwrap_or(path);
    relative.to_string_lossy().into_owned()
}

/// Why a check did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("the check was stopped")]
    Stopped,
}

fn trouble(trouble: Trouble, path: String, mend: Option<Mend>) -> Finding {
    Finding::Trouble {
        trouble,
        path,
        mend,
    }
}

/// Looks at the files of an asset.
fn verify(
    media: &Path,
    original: &Original,
    stop: &CancellationToken,
) -> Result<Vec<Finding>, CheckError> {
    let mut findings = vec![match original.is_external {
        true => Finding::External,
        false => look_at(media, original, stop)?,
    }];
    for (path, made_by) in &original.others {
        if is_gone(media, path) {
            let subject = original.id;
            let mend = made_by.map(|kind| Mend { kind, subject });
            findings.push(trouble(Trouble::Underived, path.clone(), mend));
        }
    }
    Ok(findings)
}

/// Compares an original with its record.
fn look_at(
    media: &Path,
    original: &Original,
    stop: &CancellationToken,
) -> Result<Finding, CheckError> {
    let path = || original.path.clone();
    let Some(key) = StorageKey::parse(&original.path) else {
        return Ok(trouble(Trouble::Changed, path(), None));
    };
    match hash(&media.join(key.as_str()), stop) {
        Ok((size, checksum))
            if checksum == original.checksum && i64::try_from(size) == Ok(original.file_size) =>
        {
            Ok(Finding::Intact)
        }
        Err(CheckError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
            Ok(trouble(Trouble::Missing, path(), None))
        }
        Err(CheckError::Stopped) => Err(CheckError::Stopped),
        _ => Ok(trouble(Trouble::Changed, path(), None)),
    }
}

fn is_gone(media: &Path, path: &str) -> bool {
    StorageKey::parse(path).is_none_or(|key| !media.join(key.as_str()).exists())
}

fn hash(path: &Path, stop: &CancellationToken) -> Result<(u64, Vec<u8>), CheckError> {
    let mut file = File::open(path)?;
    let mut hash = Sha1::new();
    let mut chunk = vec![0; CHUNK];
    let mut size = 0;
    loop {
        if stop.is_cancelled() {
            return Err(CheckError::Stopped);
        }
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok((size, hash.finalize().to_vec()));
        }
        size += read as u64;
        hash.update(&chunk[..read]);
    }
}
