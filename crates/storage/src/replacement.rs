use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use uuid::Uuid;

use crate::draft::Draft;
use crate::latency::timed;
use crate::{Storage, StorageKey, remove_if_there};

/// A durable file that is to take the place of another one of the same name, or to be the first of it.
///
/// As with [`Placed`](super::Placed), a note leads the next start to what a sudden end leaves without a record.
/// Dropped before it succeeded, it is removed and what was there stays.
#[derive(Debug)]
pub struct Replacement {
    draft: Draft,
    key: StorageKey,
    note: Option<PathBuf>,
    target: PathBuf,
    is_in_place: AtomicBool,
}

/// What has to lie under a name for a successor to take its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    Whatever,
    Nothing,
    /// This very file, as it was when it was looked at.
    File(Identity),
}

/// Tells a file from others, and from itself after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    node: u64,
    bytes: u64,
    modified: (i64, i64),
}

impl Identity {
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl From<Metadata> for Identity {
    fn from(metadata: Metadata) -> Self {
        Self {
            device: metadata.dev(),
            node: metadata.ino(),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

impl Before {
    /// The file that was opened, or nothing.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub fn of(file: Option<&File>) -> io::Result<Self> {
        let metadata = file.map(File::metadata).transpose()?;
        Ok(metadata.map_or(Self::Nothing, |metadata| Self::File(metadata.into())))
    }
}

impl Draft {
    /// Makes the bytes durable, to be put under the name of `asset`'s file that may be there already.
    ///
    /// # Errors
    /// When the disk is full or fails; nothing is left then.
    pub fn ready(self, storage: &Storage, asset: Uuid, key: StorageKey) -> io::Result<Replacement> {
        timed(&storage.latencies().sync, || self.file().sync_all())?;
        let target = storage.path(&key);
        // What is there already is no one's to remove.
        let note = match target.try_exists()? {
            true => None,
            false => Some(storage.note(asset, &key, None)?),
        };
        Ok(Replacement {
            draft: self,
            key,
            note,
            target,
            is_in_place: AtomicBool::new(false),
        })
    }
}

impl Replacement {
    #[must_use]
    pub fn key(&self) -> &StorageKey {
        &self.key
    }

    /// The same bytes once more, for another name.
    ///
    /// # Errors
    /// When it cannot be read, or the disk is full or fails.
    pub fn copy(&self, storage: &Storage) -> io::Result<Draft> {
        let mut copy = storage.draft()?;
        io::copy(&mut File::open(self.draft.path())?, &mut copy)?;
        Ok(copy)
    }

    /// Its bytes.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub fn size(&self) -> io::Result<u64> {
        Ok(self.draft.file().metadata()?.len())
    }

    /// Takes the name, if what has it is what was expected; answers whether it has it now. Quick, and nothing more
    /// when it has it already.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn replace(&self, before: &Before) -> io::Result<bool> {
        let present = match std::fs::metadata(&self.target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Before::Nothing,
            found => Before::File(found?.into()),
        };
        if self.is_in_place.load(Ordering::Acquire) {
            return Ok(present == Before::File(self.draft.file().metadata()?.into()));
        }
        if *before != Before::Whatever && *before != present {
            return Ok(false);
        }
        std::fs::rename(self.draft.path(), &self.target)?;
        self.is_in_place.store(true, Ordering::Release);
        Ok(true)
    }

    /// The record is committed: makes the name survive a power cut.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn settle(&self, storage: &Storage) -> io::Result<()> {
        if !self.is_in_place.load(Ordering::Acquire) {
            return Ok(());
        }
        let folder = self.target.parent();
        let folder = folder.ok_or_else(|| io::Error::other("a key without a folder"))?;
        storage.sync_with_way(self.draft.file(), folder)?;
        self.forget_note()
    }

    fn forget_note(&self) -> io::Result<()> {
        self.note.as_deref().map_or(Ok(()), remove_if_there)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // The note of one that took the name without a record stays for the next start.
        if !self.is_in_place.load(Ordering::Acquire)
            && let Err(error) = self.forget_note()
        {
            tracing::warn!(%error, "a note could not be removed; the next start will try again");
        }
    }
}
