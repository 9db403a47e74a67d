//! Folders and files of others, which are looked at and never written.
//!
//! Whoever can write there must not make the server read something else: no link is followed below a folder that was
//! named. What a link leads to within the folder is found there by its own name.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, ResolveFlags, Stat, fstat, openat, openat2, statat,
};
use rustix::io::Errno;

/// Microseconds between the year 1 and 1970, and between 1970 and the year 9999: beyond, files say nothing of use.
const TIMES: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_207_200_000_000;

/// A file below a folder that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFile {
    root: PathBuf,
    relative: PathBuf,
}

impl ExternalFile {
    /// The file of an absolute path, if it lies below one of the folders.
    #[must_use]
    pub fn below(roots: &[PathBuf], path: &str) -> Option<Self> {
        let path = Path::new(path);
        let root = roots.iter().find(|root| is_plain_below(root, path))?;
        Some(Self {
            root: root.clone(),
            relative: path.strip_prefix(root).ok()?.to_owned(),
        })
    }

    /// Its path as it is called.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.root.join(&self.relative)
    }

    /// Opens it for reading.
    ///
    /// # Errors
    /// When it is not there, is no file, is reached by a link, or cannot be read.
    pub fn open(&self) -> io::Result<File> {
        ExternalFolder::open(&self.root)?.open_file(&self.relative)
    }

    /// Its path without any link, for programs that open it themselves.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn real_path(&self) -> io::Result<PathBuf> {
        use std::os::fd::AsRawFd;
        let file = self.open()?;
        std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd()))
    }
}

/// Whether a path lies below a folder, without going up on its way.
fn is_plain_below(root: &Path, path: &Path) -> bool {
    let is_plain = |part| matches!(part, Component::Normal(_));
    path.strip_prefix(root).is_ok_and(|relative| {
        relative.components().next().is_some() && relative.components().all(is_plain)
    })
}

/// What there is to know of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileState {
    pub device: i64,
    pub inode: i64,
    /// Bytes.
    pub size: i64,
    /// Microseconds UTC.
    pub modified_at: i64,
}

impl FileState {
    #[must_use]
    pub fn of(file: &File) -> Option<Self> {
        Self::from_stat(&fstat(file).ok()?)
    }

    /// None for what is no plain file.
    fn from_stat(stat: &Stat) -> Option<Self> {
        let is_file = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        let microseconds = i64::try_from(stat.st_mtime_nsec / 1000).unwrap_or(0);
        let modified_at = stat
            .st_mtime
            .saturating_mul(1_000_000)
            .saturating_add(microseconds);
        is_file.then(|| Self {
            device: stat.st_dev.cast_signed(),
            inode: stat.st_ino.cast_signed(),
            size: stat.st_size,
            modified_at: modified_at.clamp(*TIMES.start(), *TIMES.end()),
        })
    }
}

/// A folder that was named.
#[derive(Debug)]
pub struct ExternalFolder {
    folder: OwnedFd,
}

/// What a crawl found, and what it could not look into.
pub enum Crawled<'a> {
    /// A file, by its path below the folder.
    File(&'a str),
    /// A folder that cannot be read, or a name that is no text.
    Unreadable(&'a str),
}

/// Which folders a crawl passes by.
pub trait Passed {
    /// By its path below the folder.
    fn passes(&self, relative: &str) -> bool;

    /// By its device and inode.
    fn passes_place(&self, place: (u64, u64)) -> bool;
}

impl ExternalFolder {
    /// Opens a folder. Links on the way to it are followed: whoever named it may use them.
    ///
    /// # Errors
    /// When it is not there, or is no folder.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = openat(CWD, path, flags, Mode::empty())?;
        Ok(Self { folder })
    }

    fn open_below(&self, relative: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        openat2(
            &self.folder,
            relative,
            flags | OFlags::CLOEXEC,
            Mode::empty(),
            resolve,
        )
    }

    fn open_file(&self, relative: &Path) -> io::Result<File> {
        // A pipe must not keep anyone waiting. The time of access is left alone, where that is for this account to say.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK;
        let opened = match self.open_below(relative, flags | OFlags::NOATIME) {
            Err(Errno::PERM) => self.open_below(relative, flags),
            opened => opened,
        };
        let file = File::from(opened.map_err(as_missing)?);
        match file.metadata()?.is_file() {
            true => Ok(file),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// The state of a file; none when there is no such file, or it is reached by a link.
    ///
    /// # Errors
    /// When no one can say.
    pub fn state(&self, relative: &Path) -> io::Result<Option<FileState>> {
        match self.open_below(relative, OFlags::PATH | OFlags::NOFOLLOW) {
            Ok(file) => Ok(FileState::from_stat(&fstat(file)?)),
            Err(error) if is_missing(error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The device of the folder that a file is in, or of the nearest above that is there.
    ///
    /// # Errors
    /// When none is, or no one can say.
    pub fn nearest_device(&self, relative: &Path) -> io::Result<i64> {
        for folder in relative.ancestors().skip(1) {
            let here = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            match self.open_below(here, OFlags::PATH | OFlags::DIRECTORY) {
                Ok(found) => return Ok(fstat(found)?.st_dev.cast_signed()),
                Err(error) if is_missing(error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(io::ErrorKind::NotFound.into())
    }

    /// Whether nothing is in it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_empty(&self) -> io::Result<bool> {
        for entry in self.read(Path::new("."))? {
            if !is_itself(entry?.file_name()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn read(&self, relative: &Path) -> rustix::io::Result<Dir> {
        Dir::new(self.open_below(relative, OFlags::RDONLY | OFlags::DIRECTORY)?)
    }

    /// Hands over every plain file whose name does not begin with a dot, and that is in no such folder. Names are passed
    /// on while they are read: a folder may have any number of them.
    ///
    /// # Errors
    /// When the folder itself cannot be read, or whatever `take` answers.
    pub fn crawl(
        &self,
        passed: &impl Passed,
        take: &mut impl FnMut(Crawled<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            match self.crawl_folder(&folder, passed, &mut folders, take) {
                Err(CrawlError::Unreadable(error)) if folder.is_empty() => return Err(error),
                Err(CrawlError::Unreadable(_)) => take(Crawled::Unreadable(&folder))?,
                Err(CrawlError::Refused(error)) => return Err(error),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    fn crawl_folder(
        &self,
        folder: &str,
        passed: &impl Passed,
        folders: &mut Vec<String>,
        take: &mut impl FnMut(Crawled<'_>) -> io::Result<()>,
    ) -> Result<(), CrawlError> {
        let here = if folder.is_empty() { "." } else { folder };
        let entries = self.read(Path::new(here))?;
        let stat = entries.stat()?;
        if passed.passes_place((stat.st_dev, stat.st_ino)) {
            return Ok(());
        }
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_bytes().starts_with(b".") {
                continue;
            }
            let Ok(name) = name.to_str() else {
                take(Crawled::Unreadable(folder)).map_err(CrawlError::Refused)?;
                continue;
            };
            let path = match folder {
                "" => name.to_owned(),
                folder => format!("{folder}/{name}"),
            };
            let kind = match entry.file_type() {
                FileType::Unknown => self.kind_of(&path),
                kind => kind,
            };
            match kind {
                FileType::Directory if !passed.passes(&path) => folders.push(path),
                FileType::RegularFile => {
                    take(Crawled::File(&path)).map_err(CrawlError::Refused)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Some file systems do not say it with the name.
    fn kind_of(&self, relative: &str) -> FileType {
        let stat = statat(&self.folder, relative, AtFlags::SYMLINK_NOFOLLOW);
        stat.map_or(FileType::Unknown, |stat| {
            FileType::from_raw_mode(stat.st_mode)
        })
    }
}

enum CrawlError {
    Unreadable(io::Error),
    Refused(io::Error),
}

impl From<Errno> for CrawlError {
    fn from(error: Errno) -> Self {
        Self::Unreadable(error.into())
    }
}

fn is_itself(name: &CStr) -> bool {
    matches!(name.to_bytes(), b"." | b"..")
}

/// Whether an error says that there is nothing under a name. What is behind a link is not there.
fn is_missing(error: Errno) -> bool {
    matches!(
        error,
        Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::XDEV
    )
}

fn as_missing(error: Errno) -> io::Error {
    match is_missing(error) {
        true => io::ErrorKind::NotFound.into(),
        false => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::os::unix::fs::symlink;

    use super::*;

    struct Nothing;

    impl Passed for Nothing {
        fn passes(&self, relative: &str) -> bool {
            relative == "passed"
        }

        fn passes_place(&self, _: (u64, u64)) -> bool {
            false
        }
    }

    fn crawled(root: &Path) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let folder = ExternalFolder::open(root).unwrap();
        let taken = folder.crawl(&Nothing, &mut |crawled| {
            if let Crawled::File(path) = crawled {
                found.insert(path.to_owned());
            }
            Ok(())
        });
        taken.unwrap();
        found
    }

    #[test]
    fn no_link_below_the_folder_is_followed() {
        let place = tempfile::tempdir().unwrap();
        let (root, outside) = (place.path().join("root"), place.path().join("outside"));
        for folder in ["inner", "passed", ".hidden"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
            std::fs::write(root.join(folder).join("file"), "x").unwrap();
        }
        std::fs::create_dir(&outside).unwrap();
        std::fs::write(outside.join("secret"), "x").unwrap();
        symlink(&outside, root.join("way")).unwrap();
        symlink(outside.join("secret"), root.join("secret")).unwrap();
        symlink(root.join("inner"), root.join("again")).unwrap();
        assert_eq!(crawled(&root), BTreeSet::from(["inner/file".to_owned()]));
        // The folder itself may be named by a link.
        let named = place.path().join("named");
        symlink(&root, &named).unwrap();
        assert_eq!(crawled(&named), BTreeSet::from(["inner/file".to_owned()]));
        let open = |path: &str| {
            let path = named.join(path);
            let file = ExternalFile::below(std::slice::from_ref(&named), path.to_str().unwrap())?;
            Some(file.open())
        };
        assert!(open("inner/file").unwrap().is_ok());
        for link in ["way/secret", "secret", "again/file", "inner"] {
            let error = open(link).unwrap().unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotFound, "{link}");
        }
        for outside in ["", "../outside/secret", "inner/../../outside/secret"] {
            assert!(open(outside).is_none(), "{outside}");
        }
        let folder = ExternalFolder::open(&named).unwrap();
        assert!(folder.state(Path::new("inner/file")).unwrap().is_some());
        assert_eq!(folder.state(Path::new("way/secret")).unwrap(), None);
        assert_eq!(folder.state(Path::new("gone/for/good")).unwrap(), None);
        assert!(folder.nearest_device(Path::new("gone/for/good")).is_ok());
        assert!(!folder.is_empty().unwrap());
    }
}
