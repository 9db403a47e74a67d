use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::lock::{FILE, Lock};
use crate::{MEDIA_FOLDERS, Storage, StorageKey, remove_if_there};

/// A file that a process began and may not have recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    pub asset: Uuid,
    pub key: StorageKey,
    note: PathBuf,
}

impl Stray {
    /// Removes what was left: the file too, unless it is recorded.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub fn remove(&self, storage: &Storage, is_recorded: bool) -> io::Result<()> {
        if !is_recorded {
            storage.remove(&self.key)?;
        }
        remove_if_there(&self.note)
    }
}

/// What processes that are no more have left in `incoming/`; half-written parts are removed on the way.
///
/// # Errors
/// When the folders cannot be read.
pub fn abandoned(storage: &Storage) -> io::Result<Vec<Stray>> {
    let mut strays = Vec::new();
    for entry in std::fs::read_dir(storage.root().join("incoming"))? {
        let folder = entry?.path();
        if folder == storage.inner.incoming || !folder.is_dir() {
            continue;
        }
        let Some(lock) = Lock::take(&folder.join(FILE))? else {
            continue;
        };
        let found = notes(&folder)?;
        if found.is_empty() {
            remove_if_there(&folder.join(FILE))?;
            drop(lock);
            std::fs::remove_dir(&folder)?;
        }
        strays.extend(found);
    }
    Ok(strays)
}

/// Whether a process is running that opened this media folder.
///
/// # Errors
/// When the folders cannot be read.
pub fn is_in_use(root: &Path) -> io::Result<bool> {
    let entries = match std::fs::read_dir(root.join("incoming")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        entries => entries?,
    };
    for entry in entries {
        let lock = entry?.path().join(FILE);
        if lock.is_file() && Lock::take_soon(&lock)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The keys of all files that are being recorded right now, by whatever process.
///
/// # Errors
/// When the folders cannot be read.
pub fn list_unsettled(root: &Path) -> io::Result<HashSet<StorageKey>> {
    let mut keys = HashSet::new();
    walk(root, &root.join("incoming"), &mut |_, path| {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        keys.extend(name.and_then(|name| StorageKey::from_flat(name.split_once('~')?.1)));
        Ok(())
    })?;
    Ok(keys)
}

fn notes(folder: &Path) -> io::Result<Vec<Stray>> {
    let mut strays = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if name.ends_with(".part") {
            remove_if_there(&path)?;
        } else if let Some((asset, key)) = name.split_once('~') {
            match (Uuid::parse_str(asset), StorageKey::from_flat(key)) {
                (Ok(asset), Some(key)) => strays.push(Stray {
                    asset,
                    key,
                    note: path,
                }),
                _ => tracing::warn!(name, "a file in incoming/ is none of ours"),
            }
        }
    }
    Ok(strays)
}

/// Calls `visit` with the key and path of every media file; what has no proper key gets its path only.
///
/// # Errors
/// When a folder cannot be read, or whatever `visit` answers.
pub fn list_files(
    root: &Path,
    visit: &mut dyn FnMut(Option<StorageKey>, &Path) -> io::Result<()>,
) -> io::Result<()> {
    for folder in MEDIA_FOLDERS {
        walk(root, &root.join(folder), visit)?;
    }
    Ok(())
}

/// Folders of files that are made of originals.
const DERIVED_FOLDERS: [&str; 2] = ["thumbs", "encoded-video"];

/// Removes every file that was made of an original, and nothing else; answers how many.
///
/// # Errors
/// When a folder cannot be read, or a file cannot be removed.
pub fn remove_derived_files(root: &Path) -> io::Result<usize> {
    let mut removed = 0;
    for folder in DERIVED_FOLDERS {
        walk(root, &root.join(folder), &mut |key, path| {
            if key.is_some_and(|key| key.is_remakable()) {
                removed += 1;
                remove_if_there(path)?;
            }
            Ok(())
        })?;
    }
    Ok(removed)
}

fn walk(
    root: &Path,
    folder: &Path,
    visit: &mut dyn FnMut(Option<StorageKey>, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            walk(root, &path, visit)?;
        } else {
            let relative = path.strip_prefix(root).ok().and_then(Path::to_str);
            visit(relative.and_then(StorageKey::parse), &path)?;
        }
    }
    Ok(())
}
