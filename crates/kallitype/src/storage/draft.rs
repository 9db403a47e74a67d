use std::fs::{File, FileTimes};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use super::{Key, create_folders, remove_if_there, sync_folder};

/// A file on its way into the library.
///
/// A note with the file's future key lies in `incoming/` from before the first byte until its record is
/// committed. Whoever finds the note of a dead process knows which file may be without a record.
/// A draft that is dropped before it is [settled](Self::settle) takes everything back.
#[derive(Debug)]
pub struct Draft {
    key: Key,
    note: PathBuf,
    part: PathBuf,
    target: PathBuf,
    file: File,
    settled: bool,
}

impl Draft {
    pub(super) fn create(incoming: &Path, root: &Path, asset: Uuid, key: Key) -> io::Result<Self> {
        let note = incoming.join(format!("{asset}~{}", key.flat()));
        let part = incoming.join(format!("{asset}~{}.part", key.flat()));
        let target = root.join(key.as_str());
        File::create_new(&note)?;
        let opened = File::create_new(&part);
        if opened.is_err() {
            remove_if_there(&note)?;
        }
        Ok(Self {
            key,
            note,
            part,
            target,
            file: opened?,
            settled: false,
        })
    }

    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
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

    /// Makes the bytes durable under their final name. Nothing refers to them yet.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn place(&self) -> io::Result<()> {
        let folder = self
            .target
            .parent()
            .ok_or_else(|| io::Error::other("a key without a folder"))?;
        create_folders(folder)?;
        self.file.sync_all()?;
        std::fs::rename(&self.part, &self.target)?;
        sync_folder(folder)
    }

    /// The record is committed: the file belongs to the library now.
    pub fn settle(mut self) {
        self.settled = true;
        if let Err(error) = remove_if_there(&self.note) {
            // The next start finds the note, finds the record too, and removes only the note.
            tracing::warn!(%error, "the note of an upload could not be removed");
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        for path in [&self.part, &self.target, &self.note] {
            if let Err(error) = remove_if_there(path) {
                tracing::warn!(%error, "what an upload left could not be removed; the next start will try again");
                return;
            }
        }
    }
}
