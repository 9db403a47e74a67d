//! What a scan of an external library does: it takes new files, follows those that were moved, and looks at those that are
//! known. docs/decisions/0016 says when a file counts as gone.

pub(crate) mod known_files;
pub(crate) mod new_files;
pub(crate) mod plan;

use std::io;

use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use crate::jobs::error::JobError;
use kallitype_storage::{ExternalFile, FileState};

/// Works on files of others in a thread of its own: their disk may not answer for as long as it likes, and no stop waits
/// for that.
///
/// # Errors
/// When there is no thread for it, or it stopped.
pub(crate) async fn off_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JobError> {
    let (reply, answer) = oneshot::channel();
    std::thread::Builder::new()
        .name("library".into())
        .spawn(move || drop(reply.send(work())))?;
    let stopped = |_| JobError::Temporary("a look at a library stopped".into());
    answer.await.map_err(stopped)
}

/// Bytes of a file that are read at a time.
const CHUNK: usize = 1 << 20;

/// The SHA-256 of a file, if it is as it was seen, before and after.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn hash(file: &ExternalFile, seen: (i64, i64)) -> io::Result<Option<[u8; 32]>> {
    use std::io::Read;
    let mut file = file.open()?;
    let is_same = |file: &std::fs::File| {
        FileState::of(file).is_some_and(|state| (state.size, state.modified_at) == seen)
    };
    if !is_same(&file) {
        return Ok(None);
    }
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            read => hash.update(&chunk[..read]),
        }
    }
    Ok(is_same(&file).then(|| hash.finalize().into()))
}
