//! The one way to write: a transaction, and all that follows from it.
//!
//! What follows does not run in the request's own future. A client that hangs up, or a server that is told to stop,
//! leaves no change half told.

use tracing::Instrument;

use super::file_deletions::{self, FILES_SCHEDULED};
use super::state::App;
use crate::queue::JOBS_ENQUEUED;
use kallitype_db::{Committed, Connection, DatabaseError, Mark};

/// Marks a transaction whose changes stood in the journal before it began.
pub(crate) const JOURNALED_AHEAD: Mark = "journaled ahead";

impl App {
    /// Runs a transaction. When this answers, its changes are durable, the journal has them or knows that it is behind,
    /// the workers know of its jobs, and the files that it scheduled for deletion are gone.
    ///
    /// The transaction may be run more than once, so it must do nothing but use its connection. An error rolls all of
    /// it back.
    ///
    /// # Errors
    /// Whatever the transaction answers, or that it could not be committed.
    pub(crate) async fn commit<T, E, F>(&self, transaction: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnMut(&mut Connection<'_>) -> Result<T, E> + Send + 'static,
    {
        let app = self.clone();
        let committing = async move {
            let Committed { value, marks } = app.db.commit(transaction).await?;
            app.follow_up(&marks).await;
            Ok(value)
        };
        let committing = self.commits.spawn(committing.in_current_span());
        committing.await.unwrap_or_else(|stopped| {
            Err(DatabaseError::Other(format!("a transaction stopped: {stopped}")).into())
        })
    }

    /// Waits for the transactions that are under way, whether anyone waits for them or not, and for what follows from
    /// them. The server is no longer asked for more.
    pub(crate) async fn finish_commits(&self) {
        self.commits.close();
        self.commits.wait().await;
    }

    async fn follow_up(&self, marks: &[Mark]) {
        if marks.contains(&JOBS_ENQUEUED) {
            self.job_signal.notify();
        }
        if !marks.contains(&JOURNALED_AHEAD) {
            self.journal.caught_up().await;
        }
        if marks.contains(&FILES_SCHEDULED) {
            file_deletions::delete_scheduled_files(self).await;
        }
    }
}
