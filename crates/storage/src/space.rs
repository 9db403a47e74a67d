//! The room on the disk: what is free, and what was promised of it to uploads that are under way.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Storage;

/// Bytes that are promised at a time to an upload that did not say how long it is.
const STEP: u64 = 1 << 20;

/// The room on a disk, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Space {
    pub available: u64,
    pub size: u64,
}

impl Space {
    /// The room on the disk that a folder is on.
    ///
    /// # Errors
    /// When the file system does not say.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let status = rustix::fs::statvfs(folder)?;
        Ok(Self {
            available: status.f_bavail * status.f_frsize,
            size: status.f_blocks * status.f_frsize,
        })
    }
}

/// Bytes that are promised to uploads and not written yet.
#[derive(Debug, Default)]
pub(crate) struct Promised(Mutex<u64>);

impl Promised {
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room that was promised to an upload, as far as the upload has not written there. What is left of it goes back when
/// this is dropped.
#[derive(Debug)]
pub struct Reservation {
    storage: Storage,
    keep_free: u64,
    left: AtomicU64,
}

impl Storage {
    /// Bytes that are free on the disk, and its size.
    ///
    /// # Errors
    /// When the file system does not say.
    pub fn space(&self) -> io::Result<Space> {
        Space::of(self.root())
    }

    /// Bytes that are free and promised to no one, beyond those that are to be kept free.
    ///
    /// # Errors
    /// When the file system does not say.
    pub fn unpromised(&self, keep_free: u64) -> io::Result<u64> {
        let promised = *self.promised().lock();
        let available = self.space()?.available;
        Ok(available.saturating_sub(promised.saturating_add(keep_free)))
    }

    /// Promises room for so many bytes, if they are free beside what others were promised and what is to be kept free.
    ///
    /// # Errors
    /// [`StorageFull`](io::ErrorKind::StorageFull) when they are not, or when the file system does not say.
    pub fn reserve(&self, bytes: u64, keep_free: u64) -> io::Result<Reservation> {
        self.promise(bytes, keep_free)?;
        Ok(Reservation {
            storage: self.clone(),
            keep_free,
            left: AtomicU64::new(bytes),
        })
    }

    fn promise(&self, bytes: u64, keep_free: u64) -> io::Result<()> {
        // Held until the bytes are counted, so that two uploads do not both find room for one.
        let mut promised = self.promised().lock();
        let wanted = promised.saturating_add(bytes);
        self.require(wanted.saturating_add(keep_free))?;
        *promised = wanted;
        Ok(())
    }

    fn require(&self, needed: u64) -> io::Result<()> {
        let available = self.space()?.available;
        if available < needed {
            let message = format!("{available} bytes are free, {needed} are needed");
            return Err(io::Error::new(io::ErrorKind::StorageFull, message));
        }
        Ok(())
    }
}

impl Reservation {
    /// Notes that so many bytes are about to be written: they need not be promised any more. What is longer than was
    /// promised is promised more, some at a time. One file is written at a time.
    ///
    /// # Errors
    /// As [`Storage::reserve`], when more is needed.
    pub fn spend(&self, bytes: u64) -> io::Result<()> {
        let left = self.left.load(Ordering::Relaxed);
        if bytes > left {
            let more = (bytes - left).max(STEP);
            self.storage.promise(more, self.keep_free)?;
            self.left.fetch_add(more, Ordering::Relaxed);
        }
        self.left.fetch_sub(bytes, Ordering::Relaxed);
        self.give_back(bytes);
        Ok(())
    }

    /// Looks whether what is promised is still free: others write to the disk as well.
    ///
    /// # Errors
    /// As [`Storage::reserve`].
    pub fn look_again(&self) -> io::Result<()> {
        let promised = *self.storage.promised().lock();
        self.storage
            .require(promised.saturating_add(self.keep_free))
    }

    fn give_back(&self, bytes: u64) {
        let mut promised = self.storage.promised().lock();
        *promised = promised.saturating_sub(bytes);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.give_back(self.left.load(Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_promised_goes_back_when_it_is_written_or_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path()).unwrap();
        let promised = || *storage.promised().lock();
        let reservation = storage.reserve(1000, 0).unwrap();
        let other = storage.reserve(500, 0).unwrap();
        reservation.spend(300).unwrap();
        assert_eq!(promised(), 1200);
        reservation.spend(5000).unwrap();
        assert_eq!(promised(), 500 + STEP - 4300, "it was promised more");
        reservation.look_again().unwrap();
        drop(reservation);
        assert_eq!(promised(), 500);
        drop(other);
        assert_eq!(promised(), 0);
    }

    #[test]
    fn what_others_were_promised_is_not_free() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path()).unwrap();
        let most = storage.space().unwrap().available / 4 * 3;
        let unannounced = storage.reserve(0, most).unwrap();
        let first = storage.reserve(most, 0).unwrap();
        let refused = storage.reserve(most, 0).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::StorageFull);
        assert!(storage.unpromised(0).unwrap() < most);
        unannounced.spend(1).unwrap_err();
        drop(first);
        unannounced.spend(1).unwrap();
        storage.reserve(most, 0).unwrap();
    }
}
