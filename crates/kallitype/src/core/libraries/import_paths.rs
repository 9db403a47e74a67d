//! Whether a folder can be a library's.

use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use crate::config::Settings;
use crate::core::assets::location::to_folder;

/// The server's own folders, in which no library may be.
#[derive(Debug, Clone)]
pub(crate) struct OwnFolders(Vec<PathBuf>);

impl OwnFolders {
    #[must_use]
    pub(crate) fn of(settings: &Settings) -> Self {
        let folders = [settings.data.as_path(), settings.media()];
        Self(folders.into_iter().map(real).collect())
    }

    fn contain(&self, path: &Path) -> bool {
        let path = real(path);
        self.0.iter().any(|own| path.starts_with(own))
    }

    /// Their devices and inodes: a library may lie around them.
    #[must_use]
    pub(crate) fn places(&self) -> Vec<(u64, u64)> {
        use std::os::unix::fs::MetadataExt;
        let places = self.0.iter().map(|own| {
            let metadata = own.metadata().ok()?;
            Some((metadata.dev(), metadata.ino()))
        });
        places.flatten().collect()
    }
}

/// A path without links; of what is not there, as it is called.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.canonicalize().unwrap_or(absolute)
}

/// Refuses what never can be a library's folder, whatever is there: a disk may be mounted later.
///
/// # Errors
/// Why not.
pub(crate) fn require_possible(path: &str, own: &OwnFolders) -> Result<PathBuf, String> {
    let folder = to_folder(path).ok_or_else(|| not_absolute(path))?;
    match own.contain(&folder) {
        true => Err("Cannot use media upload folder for external libraries".into()),
        false => Ok(folder),
    }
}

/// Refuses what cannot be read as a library's folder now.
///
/// # Errors
/// Why not.
pub(crate) fn require_readable(path: &str, own: &OwnFolders) -> Result<PathBuf, String> {
    let folder = require_possible(path, own)?;
    match folder.metadata() {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err("Not a directory".into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err("Path does not exist (ENOENT)".into());
        }
        Err(error) => return Err(error.to_string()),
    }
    match access(&folder, Access::READ_OK | Access::EXEC_OK) {
        Ok(()) => Ok(folder),
        Err(_) => Err("Lacking read permission for folder".into()),
    }
}

fn not_absolute(path: &str) -> String {
    let mut resolved = PathBuf::from("/");
    for part in Path::new(path).components() {
        match part {
            std::path::Component::Normal(name) => resolved.push(name),
            std::path::Component::ParentDir => drop(resolved.pop()),
            _ => {}
        }
    }
    format!("Import path must be absolute, try {}", resolved.display())
}
