//! Where bytes live: originals, sidecars and derived files on a local disk, and the journal beside them.
//!
//! Files are named by keys below the library's root. Keys are made here, of ids and known extensions. What a client sends
//! becomes part of a path only where the storage template says so, below a folder of its own.

pub mod draft;
pub mod external;
pub mod journal;
pub mod key;
mod latency;
mod location;
pub mod lock;
pub mod marker;
mod note;
mod relocation;
pub mod replacement;
pub mod space;
pub mod sweep;

pub use draft::Draft;
pub use draft::Placed;
pub use draft::Submitted;
pub use external::{Crawled, ExternalFile, ExternalFolder, FileState, Passed};
pub use journal::read_all as read_journal;
pub use journal::standing as journal_standing;
pub use journal::{Entry, Journal, JournalError, Line, PartKind, Standing, UnreadableLine};
pub use key::Kind;
pub use key::MAX_NAME_BYTES;
pub use key::StorageKey;
pub use location::{Location, is_external};
pub use lock::Lock;
pub use marker::read_marker;
pub use marker::write_marker;
pub use relocation::{CopyRules, Twin};
pub use replacement::Before;
pub use replacement::Replacement;
pub use space::Reservation;
pub use space::Space;
pub use sweep::Stray;
pub use sweep::abandoned;
pub use sweep::is_in_use;
pub use sweep::list_files;
pub use sweep::list_unsettled;
pub use sweep::remove_derived_files;

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::latency::{Latencies, timed};
use crate::space::Promised;

/// The media folder of one library.
#[derive(Debug, Clone)]
pub struct Storage {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    /// This process's own folder for files on their way in.
    incoming: PathBuf,
    /// Folders whose own entries are known to survive a power cut.
    durable: Mutex<HashSet<PathBuf>>,
    latencies: Latencies,
    promised: Promised,
    /// Held as long as the process lives; whoever can take it knows that the folder is abandoned.
    _lock: Lock,
}

/// The folders below the root that hold media.
pub const MEDIA_FOLDERS: [&str; 5] = [
    "upload",
    key::TEMPLATE_FOLDER,
    "thumbs",
    "encoded-video",
    "profile",
];

impl Storage {
    /// Opens the media folder and makes a place in it for this process's incoming files.
    ///
    /// # Errors
    /// When folders cannot be made.
    pub fn open(root: &Path) -> io::Result<Self> {
        let process = uuid::Uuid::new_v4();
        let incoming = root.join("incoming").join(process.to_string());
        std::fs::create_dir_all(&incoming)?;
        for folder in MEDIA_FOLDERS {
            std::fs::create_dir_all(root.join(folder))?;
        }
        let lock = Lock::take(&incoming.join(lock::FILE))?;
        let lock =
            lock.ok_or_else(|| io::Error::other("a fresh folder is locked by someone else"))?;
        sync_folder(root)?;
        Ok(Self {
            inner: Arc::new(Inner {
                root: root.to_owned(),
                incoming,
                durable: Mutex::default(),
                latencies: Latencies::new(),
                promised: Promised::default(),
                _lock: lock,
            }),
        })
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.inner.root
    }

    #[must_use]
    pub fn path(&self, key: &StorageKey) -> PathBuf {
        self.inner.root.join(key.as_str())
    }

    /// Opens a stored file for reading.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn open_file(&self, key: &StorageKey) -> io::Result<File> {
        File::open(self.path(key))
    }

    /// Begins a file.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn draft(&self) -> io::Result<Draft> {
        Draft::create(&self.inner.incoming, self.latencies().write.clone())
    }

    /// Makes a file survive a power cut, with its entry in its folder and those of the folders above.
    ///
    /// Each sync waits for the disk; asked for at once, they wait together.
    fn sync_with_way(&self, file: &File, folder: &Path) -> io::Result<()> {
        timed(&self.latencies().sync, || {
            self.sync_with_folders(file, folder)
        })
    }

    fn sync_with_folders(&self, file: &File, folder: &Path) -> io::Result<()> {
        let mut folders = vec![folder];
        let mut fresh = Vec::new();
        // Folders of the template's go when they are empty, and may come again.
        let may_go = folder.starts_with(self.template_root());
        for (below, parent) in folder.ancestors().zip(folder.ancestors().skip(1)) {
            if parent == self.inner.root || self.durable().contains(below) {
                break;
            }
            folders.push(parent);
            if !may_go {
                fresh.push(below.to_owned());
            }
        }
        std::thread::scope(|scope| {
            let syncs: Vec<_> = folders
                .into_iter()
                .map(|folder| scope.spawn(|| sync_folder(folder)))
                .collect();
            let synced = file.sync_all();
            for sync in syncs {
                sync.join()
                    .map_err(|_| io::Error::other("a sync stopped"))??;
            }
            synced
        })?;
        self.durable().extend(fresh);
        Ok(())
    }

    fn latencies(&self) -> &Latencies {
        &self.inner.latencies
    }

    fn durable(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        let durable = &self.inner.durable;
        durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes a stored file; one that is gone already is fine. The template's folders go with what was the last in them.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self, key: &StorageKey) -> io::Result<()> {
        let path = self.path(key);
        remove_if_there(&path)?;
        self.remove_empty_folders(&path);
        Ok(())
    }

    /// Removes the template's folders above a name that have nothing in them.
    fn remove_empty_folders(&self, path: &Path) {
        let root = self.template_root();
        let folders = path.ancestors().skip(1);
        let own = folders.take_while(|folder| folder.starts_with(&root) && **folder != root);
        for folder in own {
            // One with something in it is not removed, nor is any above it.
            if std::fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }

    fn template_root(&self) -> PathBuf {
        self.inner.root.join(key::TEMPLATE_FOLDER)
    }

    /// Looks whether the folder is there, is that of a library and takes files. Nothing is written for it.
    ///
    /// # Errors
    /// When it is not, with the reason.
    pub fn check(&self, library: Uuid) -> io::Result<()> {
        if read_marker(self.root())? != Some(library) {
            return Err(io::Error::other("the library's mark is not in its folder"));
        }
        Ok(rustix::fs::access(
            &self.inner.incoming,
            rustix::fs::Access::WRITE_OK,
        )?)
    }

    fn promised(&self) -> &Promised {
        &self.inner.promised
    }
}

/// Makes a folder's entries survive a power cut.
///
/// # Errors
/// When the folder cannot be opened or the disk fails.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
