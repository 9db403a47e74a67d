//! Files of the library, on threads where a slow disk keeps no one waiting.

use std::fs::File;
use std::io;

use super::state::App;
use kallitype_storage::{StorageKey, Submitted};

impl App {
    /// Opens a stored file for reading.
    ///
    /// # Errors
    /// When it is not there or cannot be read, or the disk does not answer.
    pub(crate) async fn open_file(&self, key: StorageKey) -> io::Result<File> {
        let storage = self.storage.clone();
        let readers = &self.file_readers;
        readers.run(move || storage.open_file(&key)).await
    }
}

/// The record is committed. No one waits for the files' notes to be removed: a next start would understand them.
pub(crate) fn settle(files: Submitted) {
    drop(tokio::task::spawn_blocking(move || files.settle()));
}

/// It is certain that there is no record: the files are gone when this answers.
pub(crate) async fn withdraw(files: Submitted) {
    let withdrawing = tokio::task::spawn_blocking(move || files.withdraw());
    if let Err(error) = withdrawing.await {
        tracing::error!(%error, "files without a record were not removed; the next start will try again");
    }
}

/// Recording them failed: the files are removed where it is certain that nothing was done.
pub(crate) async fn withdraw_if(files: Submitted, is_certain: bool) {
    match is_certain {
        true => withdraw(files).await,
        // Dropped without an answer they stay.
        false => drop(files),
    }
}
