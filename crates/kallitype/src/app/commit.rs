//! The one way to write: a transaction, and all that follows from it. What it changed is found by its new words at once.
//!
//! What follows does not run in the request's own future. A client that hangs up, or a server that is told to stop,
//! leaves no change half told.

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::RecvError;
use tracing::Instrument;

use super::file_deletions::{self, FILES_SCHEDULED};
use super::live_config::CONFIG_CHANNEL;
use super::search_words;
use super::state::App;
use crate::queue::kind::Lane;
use kallitype_db::{Committed, Connection, DatabaseError, Mark, Notice};

/// Marks a transaction whose changes stood in the journal before it began.
pub(crate) const JOURNALED_AHEAD: Mark = "journaled ahead";

impl App {
    /// Runs a transaction. When this answers, its changes are durable, the journal has them or knows that it is behind,
    /// the workers know of its jobs, the files that it scheduled for deletion are gone, and its events are on their way.
    ///
    /// The transaction may be run more than once, so it must do nothing but use its connection. An error rolls all of
    /// it back.
    ///
    /// # Errors
    /// Whatever the transaction answers, or that it could not be committed.
    pub(crate) async fn commit<T, E, F>(&self, mut transaction: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnMut(&mut Connection<'_>) -> Result<T, E> + Send + 'static,
    {
        let app = self.clone();
        let whole = move |connection: &mut Connection<'_>| {
            let value = transaction(connection)?;
            search_words::renew_due(connection)?;
            Ok::<T, E>(value)
        };
        let committing = async move {
            let Committed {
                value,
                marks,
                notices,
            } = app.db.commit(whole).await?;
            app.follow_up(&marks, &notices).await;
            Ok(value)
        };
        let committing = self.commits.spawn(committing.in_current_span());
        committing.await.unwrap_or_else(|stopped| {
            Err(DatabaseError::Other(format!("a transaction stopped: {stopped}")).into())
        })
    }

    /// Works on files in a thread where that may take long. A stop waits for it, whether anyone else does or not. What it
    /// answers to no one is dropped before that.
    ///
    /// # Errors
    /// When it stopped in the middle.
    pub(crate) async fn work_on_files<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, RecvError> {
        let (reply, answer) = oneshot::channel();
        self.commits.spawn_blocking(move || {
            // Whoever asked may have gone away.
            drop(reply.send(work()));
        });
        answer.await
    }

    /// Waits for the transactions and the work on files that are under way, whether anyone waits for them or not, and for what follows from
    /// them. The server is no longer asked for more.
    pub(crate) async fn finish_commits(&self) {
        self.commits.close();
        self.commits.wait().await;
    }

    async fn follow_up(&self, marks: &[Mark], notices: &[Notice]) {
        for lane in Lane::ALL {
            if marks.contains(&lane.enqueued()) {
                self.job_signal.notify_lane(lane);
            }
        }
        if !marks.contains(&JOURNALED_AHEAD) {
            self.journal.caught_up().await;
        }
        if marks.contains(&FILES_SCHEDULED) {
            file_deletions::delete_scheduled_files(self).await;
        }
        if notices
            .iter()
            .any(|notice| notice.channel == CONFIG_CHANNEL)
        {
            self.reload_config().await;
        }
        // PostgreSQL tells them every server, this one too.
        if self.db.is_embedded() {
            self.events.publish_noted(notices);
        }
    }
}
