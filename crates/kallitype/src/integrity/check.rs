//! Verifying every original against its record.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;

use sha1::{Digest, Sha1};
use uuid::Uuid;

use crate::app::file_deletions::list_scheduled;
use crate::config::Settings;
use crate::integrity::queries;
use crate::integrity::queries::Original;
use kallitype_db::{Database, DatabaseError};
use kallitype_storage::{StorageKey, list_files, list_unsettled};

/// How many records are read at a time, and bytes of a file.
const BATCH: i64 = 1000;
const CHUNK: usize = 1 << 20;

/// What a check found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CheckReport {
    /// Originals that are what they were.
    pub intact: usize,
    /// Originals in external libraries, which are looked at by scans.
    pub external: usize,
    /// Originals that are gone, as paths below the media folder.
    pub missing: Vec<String>,
    /// Originals whose bytes are not those that were uploaded.
    pub changed: Vec<String>,
    /// Files that the database does not know.
    pub untracked: Vec<String>,
    /// Sidecars, derived files, profile images and persons' thumbnails that are gone.
    pub underived: Vec<String>,
}

impl CheckReport {
    /// Whether every original is there and right, and nothing lies beside them.
    #[must_use]
    pub(crate) fn is_clean(&self) -> bool {
        self.missing.is_empty()
            && self.changed.is_empty()
            && self.untracked.is_empty()
            && self.underived.is_empty()
    }

    fn add(&mut self, found: Self) {
        self.intact += found.intact;
        self.external += found.external;
        self.missing.extend(found.missing);
        self.changed.extend(found.changed);
        self.underived.extend(found.underived);
    }
}

/// Reads every original again. `progress` is told about each.
///
/// # Errors
/// When the database or a folder cannot be read. A file that cannot be read counts as changed.
pub(crate) async fn check(
    db: &Database,
    settings: &Settings,
    progress: &dyn Fn(&str),
) -> Result<CheckReport, CheckError> {
    let media = settings.media();
    // Files first, then those on their way, then the records: a server may be at work. What was there without a
    // record is by then either still on its way, or recorded, or gone.
    let mut strangers = find_files(media)?;
    let unsettled = list_unsettled(media)?;
    strangers.retain(|path| StorageKey::parse(path).is_none_or(|key| !unsettled.contains(&key)));
    let mut report = CheckReport::default();
    let mut after = Uuid::nil();
    loop {
        let originals = db
            .scan(move |connection| queries::list_originals(connection, after, BATCH))
            .await?;
        let Some(last) = originals.last() else { break };
        after = last.id;
        for original in originals {
            progress(&original.path);
            let mut found = CheckReport::default();
            verify(media, &original, &mut found);
            forget(&mut strangers, &original);
            if !found.is_clean()
                && let Some(moved) = find_moved(db, &original).await?
            {
                found = CheckReport::default();
                verify(media, &moved, &mut found);
                forget(&mut strangers, &moved);
            }
            report.add(found);
        }
    }
    for is_moved in [false, true] {
        let scheduled = db.scan(move |connection| list_scheduled(connection, is_moved, i64::MAX));
        for path in scheduled.await? {
            strangers.remove(&path);
        }
    }
    let mut pictures = db.scan(queries::list_profile_images).await?;
    pictures.extend(list_person_thumbnails(db).await?);
    for picture in pictures {
        strangers.remove(&picture);
        if is_gone(media, &picture) {
            report.underived.push(picture);
        }
    }
    report.untracked = strangers
        .into_iter()
        .filter(|path| media.join(path).exists())
        .collect();
    Ok(report)
}

/// Takes an asset's files from those that no record is known of.
fn forget(strangers: &mut BTreeSet<String>, original: &Original) {
    for path in original.others.iter().chain([&original.path]) {
        strangers.remove(path);
    }
}

/// The record as it is by now, if its files have other names since it was read: a server may be moving them.
async fn find_moved(db: &Database, original: &Original) -> Result<Option<Original>, DatabaseError> {
    let id = original.id;
    let present = db
        .scan(move |connection| queries::find_original(connection, id))
        .await?;
    Ok(
        present
            .filter(|present| present.path != original.path || present.others != original.others),
    )
}

/// The thumbnails of all persons, as keys.
async fn list_person_thumbnails(db: &Database) -> Result<Vec<String>, DatabaseError> {
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
        thumbnails.extend(found.into_iter().filter_map(|(_, path)| path));
    }
}

/// Every media file, as a path below the media folder.
fn find_files(media: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    list_files(media, &mut |_, path| {
        let relative = path.strip_prefix(media).unwrap_or(path);
        found.insert(relative.to_string_lossy().into_owned());
        Ok(())
    })?;
    Ok(found)
}

/// Why a check did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

fn verify(media: &Path, original: &Original, report: &mut CheckReport) {
    let key = StorageKey::parse(&original.path);
    match key.map(|key| hash(&media.join(key.as_str()))) {
        _ if original.is_external => report.external += 1,
        Some(Ok((size, checksum)))
            if checksum == original.checksum && i64::try_from(size) == Ok(original.file_size) =>
        {
            report.intact += 1;
        }
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            report.missing.push(original.path.clone())
        }
        _ => report.changed.push(original.path.clone()),
    }
    let gone = |path: &&String| is_gone(media, path);
    report
        .underived
        .extend(original.others.iter().filter(gone).cloned());
}

fn is_gone(media: &Path, path: &str) -> bool {
    StorageKey::parse(path).is_none_or(|key| !media.join(key.as_str()).exists())
}

fn hash(path: &Path) -> io::Result<(u64, Vec<u8>)> {
    let mut file = File::open(path)?;
    let mut hash = Sha1::new();
    let mut chunk = vec![0; CHUNK];
    let mut size = 0;
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            return Ok((size, hash.finalize().to_vec()));
        }
        size += read as u64;
        hash.update(&chunk[..read]);
    }
}
