use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::lock::{FILE, Lock};
use crate::note::Note;
use crate::{MEDIA_FOLDERS, Storage, StorageKey, remove_if_there};

/// A file that a process began and may not have recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    pub asset: Uuid,
    pub key: StorageKey,
    /// What the file is another name, or a copy, of, if it is of something.
    pub source: Option<StorageKey>,
    note: PathBuf,
}

/// How much of two files is compared at a time.
const CHUNK: usize = 1 << 17;

impl Stray {
    /// Whether nothing is lost with the file, as long as no record names it. The name of a file that the template sorted
    /// may be someone else's by now; there the file has to be a copy of what lies under the name that it came from, or under
    /// one that is `recorded` for the asset.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn is_spare(&self, storage: &Storage, recorded: &[StorageKey]) -> io::Result<bool> {
        let Some(source) = &self.source else {
            return Ok(true);
        };
        let others = recorded.iter().filter(|key| **key != self.key);
        for other in others.chain([source]) {
            if is_copy(&storage.path(&self.key), &storage.path(other))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether another process, of which none of these `strays` is, may be giving the name to a file of its own.
    ///
    /// # Errors
    /// When the folders cannot be read.
    pub fn is_noted_elsewhere(&self, storage: &Storage, strays: &[Self]) -> io::Result<bool> {
        let mut is_noted = false;
        each_note(storage.root(), &mut |note, path| {
            is_noted |= note.key == self.key && strays.iter().all(|stray| stray.note != path);
        })?;
        Ok(is_noted)
    }

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
    each_note(root, &mut |note, _| {
        keys.insert(note.key);
    })?;
    Ok(keys)
}

/// Visits the notes of all processes.
fn each_note(root: &Path, visit: &mut dyn FnMut(Note, &Path)) -> io::Result<()> {
    walk(root, &root.join("incoming"), &mut |_, path| {
        if let Some(note) = Note::read(path)? {
            visit(note, path);
        }
        Ok(())
    })
}

/// Whether both are there, and are one file, or the one holds nothing that the other does not: it is a copy, or as much of
/// one as was written before an end.
fn is_copy(one: &Path, other: &Path) -> io::Result<bool> {
    let (Some(one), Some(other)) = (open_if_there(one)?, open_if_there(other)?) else {
        return Ok(false);
    };
    let (found, wanted) = (one.metadata()?, other.metadata()?);
    if (found.dev(), found.ino()) == (wanted.dev(), wanted.ino()) {
        return Ok(true);
    }
    Ok(found.len() <= wanted.len() && holds_nothing_else(one, other)?)
}

fn open_if_there(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => file.map(Some),
    }
}

/// Whether each byte of the one is that of the other, or zero, as what a power cut kept from the disk is.
fn holds_nothing_else(one: File, other: File) -> io::Result<bool> {
    let (mut ours, mut theirs) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK));
    loop {
        for (mut file, bytes) in [(&one, &mut ours), (&other, &mut theirs)] {
            bytes.clear();
            file.by_ref().take(CHUNK as u64).read_to_end(bytes)?;
        }
        let is_known = |(our, their): (&u8, &u8)| our == their || *our == 0;
        if ours.is_empty() {
            return Ok(true);
        }
        if ours.len() > theirs.len() || !ours.iter().zip(&theirs).all(is_known) {
            return Ok(false);
        }
    }
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
        } else if let Some(Note { asset, key, source }) = Note::read(&path)? {
            strays.push(Stray {
                asset,
                key,
                source,
                note: path,
            });
        } else if Note::is_named(&name) {
            // It was not whole yet, so nothing has the name.
            remove_if_there(&path)?;
        } else if name != FILE {
            tracing::warn!(name, "a file in incoming/ is none of ours");
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
