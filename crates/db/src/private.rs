//! Files and folders with secrets: they are the server's account's only, whatever its umask is and however they were
//! before.

use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// What the owner may do, and everyone else.
const OWNER: u32 = 0o700;
const OTHERS: u32 = 0o077;

/// Makes a private folder, or makes one private that is there.
///
/// # Errors
/// When it cannot be made.
pub fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(OWNER).create(path)?;
    close(path)
}

/// Makes an empty private file, or makes one private that is there.
///
/// # Errors
/// When it cannot be made.
pub fn create_file(path: &Path) -> io::Result<()> {
    File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)?;
    close(path)
}

/// Takes from everyone but the owner what they may do with a file or a folder. One of another owner is left as it is.
///
/// # Errors
/// When it is not there.
pub fn close(path: &Path) -> io::Result<()> {
    let mode = path.metadata()?.permissions().mode();
    if mode & OTHERS == 0 {
        return Ok(());
    }
    match std::fs::set_permissions(path, Permissions::from_mode(mode & OWNER)) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let path = path.display();
            tracing::warn!(%path, "others may read this, and it is not the server's to forbid");
            Ok(())
        }
        done => done,
    }
}

/// Closes everything in a folder whose name begins in a way. A folder that is not there has nothing.
///
/// # Errors
/// When the folder cannot be read.
pub fn close_all(folder: &Path, beginning: &str) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(beginning) {
            continue;
        }
        match close(&entry.path()) {
            // Another process may be done with it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done?,
        }
    }
    Ok(())
}
