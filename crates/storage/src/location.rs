use std::fs::File;
use std::io;
use std::path::PathBuf;

use crate::{ExternalFile, Storage, StorageKey};

/// Where a file is that an asset was made of, or its sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// Below the library's root, where it is the server's own.
    Stored(StorageKey),
    /// In a folder of others, where nothing is ever written.
    External(ExternalFile),
}

impl Location {
    /// Reads a path as the database has it: a key, or an absolute path that lies below one of the folders.
    #[must_use]
    pub fn parse(path: &str, roots: &[PathBuf]) -> Option<Self> {
        match is_external(path) {
            true => ExternalFile::below(roots, path).map(Self::External),
            false => StorageKey::parse(path).map(Self::Stored),
        }
    }

    /// Opens the file for reading.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn open(&self, storage: &Storage) -> io::Result<File> {
        match self {
            Self::Stored(key) => storage.open_file(key),
            Self::External(file) => file.open(),
        }
    }

    /// Its path, for programs that open it themselves.
    ///
    /// # Errors
    /// When it is one of others' and not there.
    pub fn program_path(&self, storage: &Storage) -> io::Result<PathBuf> {
        match self {
            Self::Stored(key) => Ok(storage.path(key)),
            Self::External(file) => file.real_path(),
        }
    }
}

/// Whether a path as the database has it is one outside of the library's root.
#[must_use]
pub fn is_external(path: &str) -> bool {
    path.starts_with('/')
}
