use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{Error, Result, Visibility};

/// A file to be uploaded, with what the server is told about it.
#[derive(Debug, Clone)]
pub struct UploadFile {
    pub path: PathBuf,
    /// The file's XMP, uploaded with it.
    pub sidecar: Option<PathBuf>,
    pub device_id: String,
    pub device_asset_id: String,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    pub is_favorite: bool,
    /// The server decides when there is none.
    pub visibility: Option<Visibility>,
    /// The uploaded video that moves this picture.
    pub live_photo_video_id: Option<Uuid>,
    /// SHA-1 in hexadecimal; the server refuses other bytes.
    pub checksum: Option<String>,
    /// Bytes.
    pub size: u64,
}

impl UploadFile {
    /// A file with its times and size as the file system has them.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read.
    pub fn new(path: &Path, device_id: &str) -> Result<Self> {
        Self::opened(path, device_id).map(|(file, _)| file)
    }

    /// The same, and the file, open for reading from its start.
    pub(crate) fn opened(path: &Path, device_id: &str) -> Result<(Self, File)> {
        let unreadable = |source| Error::file(path, source);
        let content = File::open(path).map_err(unreadable)?;
        let metadata = content.metadata().map_err(unreadable)?;
        let (created_at, modified_at) = times(&metadata).map_err(unreadable)?;
        let file = Self {
            path: path.to_owned(),
            sidecar: None,
            device_id: device_id.to_owned(),
            device_asset_id: device_asset_id(&name(path), metadata.len()),
            created_at,
            modified_at,
            is_favorite: false,
            visibility: None,
            live_photo_video_id: None,
            checksum: None,
            size: metadata.len(),
        };
        Ok((file, content))
    }
}

/// A path's last part; what is not Unicode in it is replaced.
pub(crate) fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The name other uploaders give the same file, so that they recognise it.
fn device_asset_id(name: &str, size: u64) -> String {
    format!("{name}-{size}").replace(char::is_whitespace, "")
}

/// When a file was made and last changed.
fn times(metadata: &Metadata) -> std::io::Result<(Timestamp, Timestamp)> {
    let modified = metadata.modified()?;
    // Not every file system knows when a file was made, and a copy is younger than what it holds.
    let created = metadata
        .created()
        .map_or(modified, |created| created.min(modified));
    let moment = |time: SystemTime| Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok((moment(created), moment(modified)))
}
