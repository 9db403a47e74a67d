//! Giving a file that is recorded another name below the root, beside the one that it has.
//!
//! A hard link costs nothing and cannot be half there. Where the file system has none, or the name is on another disk,
//! the file is copied. Neither ever takes the place of another file.

use std::fs::{File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::latency::timed;
use crate::replacement::Identity;
use crate::{Placed, Storage, StorageKey, remove_if_there};

/// How often a folder is made that someone else removes as empty in the same moment.
const FOLDER_TRIES: usize = 5;

/// What holds where a file has to be copied.
pub struct CopyRules<'a> {
    /// Bytes that are to stay free on the disk.
    pub keep_free: u64,
    /// Is asked about the copy before anyone trusts it. A link is the file itself.
    pub verify: &'a dyn Fn(File) -> io::Result<()>,
}

/// Two names of one file, or of a file and its copy.
#[derive(Debug, Clone)]
pub struct Twin {
    old: PathBuf,
    new: PathBuf,
    old_file: Identity,
    new_file: Identity,
}

impl Twin {
    /// Whether both names still lead to what they led to.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn is_unchanged(&self) -> io::Result<bool> {
        Ok(identity_of(&self.old)? == Some(self.old_file)
            && identity_of(&self.new)? == Some(self.new_file))
    }
}

/// What lies under a name, if anything does.
fn identity_of(path: &Path) -> io::Result<Option<Identity>> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => Ok(Some(found?.into())),
    }
}

impl Storage {
    /// Makes a file of `asset` durable under a second name. As with a [draft](crate::Draft::place), nothing refers to the
    /// new name yet.
    ///
    /// # Errors
    /// [`AlreadyExists`](io::ErrorKind::AlreadyExists) when something has the new name, [`NotFound`](io::ErrorKind::NotFound)
    /// when nothing has the old one, or when the disk is full or fails. Nothing is left then.
    pub fn relocate(
        &self,
        asset: Uuid,
        from: &StorageKey,
        to: StorageKey,
        rules: &CopyRules<'_>,
    ) -> io::Result<(Placed, Twin)> {
        let (old, new) = (self.path(from), self.path(&to));
        let folder = new
            .parent()
            .ok_or_else(|| io::Error::other("a key without a folder"))?
            .to_owned();
        let file = File::open(&old)?;
        let note = self.note(asset, &to, Some(from))?;
        let linked = timed(&self.latencies().rename, || {
            in_folder(&folder, || std::fs::hard_link(&old, &new))
        });
        let made = match linked {
            Err(error) if calls_for_copy(&error) => {
                in_folder(&folder, || File::create_new(&new)).map(Some)
            }
            linked => linked.map(|()| None),
        };
        let made = match made {
            Ok(made) => made,
            Err(error) => {
                // The name may be someone else's; only the note is ours.
                self.remove_empty_folders(&new);
                remove_if_there(&note)?;
                return Err(error);
            }
        };
        let placed = Placed::new(self, to, note);
        let old_file = Identity::from(file.metadata()?);
        let is_copy = made.is_some();
        let kept = match made {
            Some(copy) => {
                require_room(&folder, old_file.bytes(), rules.keep_free)?;
                copy_into(&file, copy)?
            }
            None => file,
        };
        self.sync_with_way(&kept, &folder)?;
        if is_copy {
            (rules.verify)(File::open(&new)?)?;
        }
        let new_file = Identity::from(kept.metadata()?);
        Ok((
            placed,
            Twin {
                old,
                new,
                old_file,
                new_file,
            },
        ))
    }
}

/// Does something in a folder that is made for it.
fn in_folder<T>(folder: &Path, work: impl Fn() -> io::Result<T>) -> io::Result<T> {
    let mut tries = 1;
    loop {
        std::fs::create_dir_all(folder)?;
        match work() {
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries < FOLDER_TRIES => {
                tries += 1;
            }
            done => return done,
        }
    }
}

/// Whether there is no link to be had between two names. What the file system says instead differs.
fn calls_for_copy(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, TooManyLinks, Unsupported};
    matches!(
        error.kind(),
        CrossesDevices | PermissionDenied | TooManyLinks | Unsupported
    )
}

fn require_room(folder: &Path, bytes: u64, keep_free: u64) -> io::Result<()> {
    let status = rustix::fs::statvfs(folder)?;
    let available = status.f_bavail * status.f_frsize;
    match available >= bytes.saturating_add(keep_free) {
        true => Ok(()),
        false => Err(io::ErrorKind::StorageFull.into()),
    }
}

/// Copies the bytes and the time of the last change.
fn copy_into(mut from: &File, mut to: File) -> io::Result<File> {
    let metadata = from.metadata()?;
    if io::copy(&mut from, &mut to)? != metadata.len() {
        return Err(io::Error::other("the file changed while it was copied"));
    }
    to.set_times(FileTimes::new().set_modified(metadata.modified()?))?;
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Submitted, abandoned};

    fn original(storage: &Storage, bytes: &[u8]) -> StorageKey {
        let key = StorageKey::original(Uuid::nil(), "jpg");
        let path = storage.path(&key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        key
    }

    fn relocate(storage: &Storage, from: &StorageKey, path: &str) -> io::Result<(Placed, Twin)> {
        let to = StorageKey::templated("anna", path).unwrap();
        let rules = CopyRules {
            keep_free: 0,
            verify: &|_| Ok(()),
        };
        storage.relocate(Uuid::nil(), from, to, &rules)
    }

    #[test]
    fn a_second_name_takes_no_ones_place_and_goes_with_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path()).unwrap();
        let from = original(&storage, b"picture");
        let (placed, twin) = relocate(&storage, &from, "2024/05/a.jpg").unwrap();
        let key = placed.key().clone();
        assert_eq!(std::fs::read(storage.path(&key)).unwrap(), b"picture");
        assert!(twin.is_unchanged().unwrap());
        let error = relocate(&storage, &from, "2024/05/a.jpg").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        drop(placed);
        assert!(!folder.path().join("library/anna").exists());
        assert!(folder.path().join("library").exists());
        assert!(!twin.is_unchanged().unwrap());
        assert_eq!(std::fs::read(storage.path(&from)).unwrap(), b"picture");
    }

    #[test]
    fn a_note_tells_what_a_dead_process_named() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path()).unwrap();
        let from = original(&storage, b"picture");
        let (placed, _) = relocate(&storage, &from, &"ä".repeat(120)).unwrap();
        let key = placed.key().clone();
        drop(Submitted::of([placed]));
        drop(storage);
        let storage = Storage::open(folder.path()).unwrap();
        let strays = abandoned(&storage).unwrap();
        assert_eq!(strays.len(), 1);
        assert_eq!((&strays[0].key, &strays[0].source), (&key, &Some(from)));
        assert!(strays[0].is_spare(&storage, &[]).unwrap());
        let cases: [(&[u8], bool); 5] = [
            (b"pict", true),
            (b"", true),
            (b"pic\0\0", true),
            (b"pictures", false),
            (b"pick", false),
        ];
        for (bytes, is_spare) in cases {
            // As a copy would: what has two names is one file.
            std::fs::remove_file(storage.path(&key)).unwrap();
            std::fs::write(storage.path(&key), bytes).unwrap();
            assert_eq!(
                strays[0].is_spare(&storage, &[]).unwrap(),
                is_spare,
                "{bytes:?}"
            );
        }
        strays[0].remove(&storage, false).unwrap();
        assert!(abandoned(&storage).unwrap().is_empty());
    }
}
