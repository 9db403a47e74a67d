//! Notes of files that are about to be recorded: whoever finds the note of a dead process knows which file may be without
//! a record.
//!
//! A note of a key of ids is an empty file whose name says all. What the storage template made may be longer than a name,
//! so there the note says it.

use std::fs::File;
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::{Storage, StorageKey, sync_folder};

/// What stands between the asset and the rest of a note's name.
const SEPARATOR: char = '~';

/// What a note says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub asset: Uuid,
    pub key: StorageKey,
    /// What the file is another name, or a copy, of.
    pub source: Option<StorageKey>,
}

impl Storage {
    /// Notes that `asset` is about to get a file, which may be one that it has under another name.
    pub(crate) fn note(
        &self,
        asset: Uuid,
        key: &StorageKey,
        source: Option<&StorageKey>,
    ) -> io::Result<PathBuf> {
        let incoming = &self.inner.incoming;
        if let Some(flat) = key.flat() {
            let path = incoming.join(format!("{asset}{SEPARATOR}{flat}"));
            File::create(&path)?;
            return Ok(path);
        }
        let path = incoming.join(format!("{asset}{SEPARATOR}{SEPARATOR}{}", Uuid::new_v4()));
        let mut file = File::create_new(&path)?;
        let source = source.map_or("", StorageKey::as_str);
        // Before it is durable nothing may have the name.
        file.write_all(format!("{key}\n{source}\n").as_bytes())?;
        file.sync_all()?;
        sync_folder(incoming)?;
        Ok(path)
    }
}

impl Note {
    /// Reads a note; `None` for what is none. One that is not whole was not yet acted upon, and says nothing.
    pub(crate) fn read(path: &Path) -> io::Result<Option<Self>> {
        let name = path.file_name().and_then(|name| name.to_str());
        let Some((asset, rest)) = name.and_then(|name| name.split_once(SEPARATOR)) else {
            return Ok(None);
        };
        let Ok(asset) = asset.parse() else {
            return Ok(None);
        };
        if !rest.starts_with(SEPARATOR) {
            return Ok(StorageKey::from_flat(rest).map(|key| Self {
                asset,
                key,
                source: None,
            }));
        }
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let mut lines = text.lines();
        let key = lines.next().and_then(StorageKey::parse);
        Ok(key.map(|key| Self {
            asset,
            key,
            source: lines.next().and_then(StorageKey::parse),
        }))
    }

    /// Whether a file in `incoming/` is a note by its name, whole or not.
    pub(crate) fn is_named(name: &str) -> bool {
        let asset = name.split_once(SEPARATOR).map(|(asset, _)| asset);
        asset.is_some_and(|asset| Uuid::parse_str(asset).is_ok())
    }
}
