//! Files of the library, on threads where a slow disk keeps no one waiting.

use std::fs::File;
use std::io;
use std::io::Write;

use tracing::Instrument;
use uuid::Uuid;

use super::state::App;
use kallitype_db::{Connection, DatabaseError};
use kallitype_storage::{Location, Placed, StorageKey, Submitted};
use kallitype_web::error::ApiError;

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

    /// Opens a file that an asset was made of, or its sidecar, wherever it is.
    ///
    /// # Errors
    /// As [`open_file`](Self::open_file).
    pub(crate) async fn open_location(&self, location: Location) -> io::Result<File> {
        let storage = self.storage.clone();
        self.file_readers.run(move || location.open(&storage)).await
    }

    /// Makes bytes durable as a file that belongs to someone or something. No record refers to it yet.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub(crate) async fn place_bytes(
        &self,
        of: Uuid,
        key: StorageKey,
        bytes: Vec<u8>,
    ) -> io::Result<Placed> {
        let storage = self.storage.clone();
        let placing = self.work_on_files(move || {
            let mut draft = storage.draft()?;
            draft.write_all(&bytes)?;
            draft.place(&storage, of, key)
        });
        placing.await.map_err(io::Error::other)?
    }

    /// Records files in a transaction; `are_recorded` says of its answer whether they belong to the library now. Those that
    /// do not are gone when this answers. A client that hangs up meanwhile leaves nothing behind.
    ///
    /// # Errors
    /// Whatever the transaction answers, or that it could not be committed.
    pub(crate) async fn commit_files<T, E, F>(
        &self,
        files: impl IntoIterator<Item = Placed>,
        transaction: F,
        are_recorded: fn(&T) -> bool,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Refusal + Send + 'static,
        F: FnMut(&mut Connection<'_>) -> Result<T, E> + Send + 'static,
    {
        let (app, files) = (self.clone(), Submitted::of(files));
        let recording = async move {
            let written = app.commit(transaction).await;
            let is_certain = written.as_ref().map_or_else(E::is_refusal, |_| true);
            if written.as_ref().is_ok_and(are_recorded) {
                settle(files);
            } else if is_certain {
                withdraw(&app, files).await;
            }
            // Otherwise they stay, as files do that are dropped without an answer: there may be a record.
            written
        };
        let recording = self.commits.spawn(recording.in_current_span());
        recording.await.unwrap_or_else(|stopped| {
            Err(DatabaseError::Other(format!("the recording of files stopped: {stopped}")).into())
        })
    }
}

/// An error that may say for certain that nothing was done.
pub(crate) trait Refusal {
    fn is_refusal(&self) -> bool;
}

impl Refusal for ApiError {
    fn is_refusal(&self) -> bool {
        ApiError::is_refusal(self)
    }
}

impl Refusal for DatabaseError {
    fn is_refusal(&self) -> bool {
        DatabaseError::is_refusal(self)
    }
}

/// The record is committed. No one waits for the files' notes to be removed: a next start would understand them.
fn settle(files: Submitted) {
    drop(tokio::task::spawn_blocking(move || files.settle()));
}

/// It is certain that there is no record: the files are gone when this answers.
async fn withdraw(app: &App, files: Submitted) {
    let withdrawing = app.work_on_files(move || files.withdraw());
    if let Err(error) = withdrawing.await {
        tracing::error!(%error, "files without a record were not removed; the next start will try again");
    }
}
