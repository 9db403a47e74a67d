use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::{Error, Result};

/// A file to be uploaded, with what the server is told about it.
#[derive(Debug, Clone)]
pub struct UploadFile {
    pub path: PathBuf,
    pub sidecar: Option<PathBuf>,
    pub device_id: String,
    pub device_asset_id: String,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    /// SHA-1 in hexadecimal; the server refuses other bytes.
    pub checksum: Option<String>,
    /// Bytes.
    pub size: u64,
}

impl UploadFile {
    /// A file with its times and size as the file system has them.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(path: &Path, device_id: &str) -> Result<Self> {
        let unreadable = |source| Error::File {
            path: path.to_owned(),
            source,
        };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        let modified = metadata.modified().map_err(unreadable)?;
        // Not every file system knows when a file was made.
        let created = metadata
            .created()
            .map_or(modified, |created| created.min(modified));
        let moment = |time| Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        Ok(Self {
            path: path.to_owned(),
            sidecar: None,
            device_id: device_id.to_owned(),
            device_asset_id: format!("{name}-{}", metadata.len()).replace(char::is_whitespace, ""),
            created_at: moment(created),
            modified_at: moment(modified),
            checksum: None,
            size: metadata.len(),
        })
    }
}
