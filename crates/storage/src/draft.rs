use std::fs::{File, FileTimes};
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use metrics::Histogram;
use uuid::Uuid;

use crate::latency::timed;
use crate::{Storage, StorageKey, remove_if_there};

/// A file that is being received. Dropping it removes it.
#[derive(Debug)]
pub struct Draft {
    part: PathBuf,
    file: File,
    write_latency: Histogram,
}

impl Draft {
    pub(super) fn create(incoming: &Path, write_latency: Histogram) -> io::Result<Self> {
        let part = incoming.join(format!("{}.part", Uuid::new_v4()));
        let file = File::create_new(&part)?;
        Ok(Self {
            part,
            file,
            write_latency,
        })
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Where the bytes go, for programs that write them by themselves.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.part
    }

    /// Sets the time that the finished file will show as its last modification, in microseconds UTC.
    ///
    /// # Errors
    /// When the file system refuses the time.
    pub fn set_modified(&self, microseconds: i64) -> io::Result<()> {
        let distance = Duration::from_micros(microseconds.unsigned_abs());
        let time = match microseconds {
            0.. => SystemTime::UNIX_EPOCH.checked_add(distance),
            _ => SystemTime::UNIX_EPOCH.checked_sub(distance),
        };
        match time {
            Some(time) => self.file.set_times(FileTimes::new().set_modified(time)),
            None => Ok(()),
        }
    }

    /// Makes the bytes durable under their final name, as `asset`'s file. Nothing refers to them yet.
    ///
    /// # Errors
    /// When the disk is full or fails; nothing is left then.
    pub fn place(self, storage: &Storage, asset: Uuid, key: StorageKey) -> io::Result<Placed> {
        let target = storage.path(&key);
        let folder = target
            .parent()
            .ok_or_else(|| io::Error::other("a key without a folder"))?;
        std::fs::create_dir_all(folder)?;
        let note = storage.note(asset, &key, None)?;
        let placed = Placed::new(storage, key, note);
        // The name comes before the sync, so that one wait for the disk serves both: until the record is
        // committed nothing refers to the name, and the note leads the next start to what a power cut leaves.
        timed(&storage.latencies().rename, || {
            std::fs::rename(&self.part, &target)
        })?;
        storage.sync_with_way(&self.file, folder)?;
        Ok(placed)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = &mut self.file;
        timed(&self.write_latency, || file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Err(error) = remove_if_there(&self.part) {
            tracing::warn!(%error, "an unfinished file could not be removed; the next start will try again");
        }
    }
}

/// A durable file whose record is not committed yet.
///
/// A note with its key lies in `incoming/` from before it got its name until its record is committed:
/// whoever finds the note of a dead process knows which file may be without a record.
/// Dropped before it is [submitted](Submitted), the file is removed.
#[derive(Debug)]
pub struct Placed {
    storage: Storage,
    key: StorageKey,
    note: PathBuf,
    /// Whether the file is left where it is when this is dropped.
    stays: bool,
}

impl Placed {
    /// A file that has its name, or is about to get it, and its note.
    pub(super) fn new(storage: &Storage, key: StorageKey, note: PathBuf) -> Self {
        Self {
            storage: storage.clone(),
            key,
            note,
            stays: false,
        }
    }

    #[must_use]
    pub fn key(&self) -> &StorageKey {
        &self.key
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        if self.stays {
            return;
        }
        // The note goes last, so that what could not be removed now is found by the next start.
        let removed = self.storage.remove(&self.key);
        if let Err(error) = removed.and_then(|()| remove_if_there(&self.note)) {
            tracing::warn!(%error, "what an upload left could not be removed; the next start will try again");
        }
    }
}

/// Files with a record that is on its way to the database: only its answer tells whether they belong to the library.
///
/// The answer may never come. A transaction goes on when whoever waits for it is gone, and a connection can be lost
/// between a commit and its answer. So files that are dropped without one stay where they are, and their notes lead
/// the next start to them, which knows.
#[derive(Debug)]
pub struct Submitted {
    files: Vec<Placed>,
}

impl Submitted {
    /// Before the record is sent.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = Placed>) -> Self {
        let mut files: Vec<_> = files.into_iter().collect();
        for file in &mut files {
            file.stays = true;
        }
        Self { files }
    }

    /// The record is committed: the files belong to the library now.
    pub fn settle(self) {
        for file in &self.files {
            if let Err(error) = remove_if_there(&file.note) {
                // The next start finds the note, finds the record too, and removes only the note.
                tracing::warn!(%error, "the note of a file could not be removed");
            }
        }
    }

    /// It is certain that there is no record: the files are removed.
    pub fn withdraw(mut self) {
        for file in &mut self.files {
            file.stays = false;
        }
    }
}
