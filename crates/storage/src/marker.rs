use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::sync_folder;

/// The file that says which library a media folder belongs to.
const NAME: &str = ".kallitype-library.json";

#[derive(Serialize, Deserialize)]
struct Marker {
    library: Uuid,
    note: String,
}

/// The id of the library that a media folder belongs to.
///
/// # Errors
/// When the marker is there but cannot be read.
pub fn read_marker(root: &Path) -> io::Result<Option<Uuid>> {
    match std::fs::read(root.join(NAME)) {
        Ok(bytes) => Ok(Some(serde_json::from_slice::<Marker>(&bytes)?.library)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Marks a media folder as belonging to a library.
///
/// # Errors
/// When the marker cannot be written.
pub fn write_marker(root: &Path, library: Uuid) -> io::Result<()> {
    let note = "This folder and the database with the same library id belong together. Do not remove this file.".into();
    let temporary = root.join(format!("{NAME}.new"));
    let mut file = File::create(&temporary)?;
    file.write_all(&serde_json::to_vec_pretty(&Marker { library, note })?)?;
    file.sync_all()?;
    std::fs::rename(&temporary, root.join(NAME))?;
    sync_folder(root)
}
