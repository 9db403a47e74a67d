//! Whether this server can do its work: what load balancers ask before they send someone here.

use std::sync::atomic::{AtomicBool, Ordering};

use uuid::Uuid;

use super::probe::Probe;
use super::state::App;

/// What is known of it, and what is needed to find out.
#[derive(Debug)]
pub(crate) struct Readiness {
    library: Uuid,
    database: Probe,
    media: Probe,
    is_stopping: AtomicBool,
    was_ready: AtomicBool,
}

/// What keeps a server from its work.
#[derive(Debug, Clone)]
pub(crate) struct Obstacle {
    /// For everyone.
    pub what: &'static str,
    /// For the log.
    cause: String,
}

impl Readiness {
    /// Of a server for a library, which has just been opened.
    pub(crate) fn new(library: Uuid) -> Self {
        Self {
            library,
            database: Probe::default(),
            media: Probe::default(),
            is_stopping: AtomicBool::new(false),
            was_ready: AtomicBool::new(true),
        }
    }

    /// The server was told to stop.
    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }
}

impl App {
    /// Everything that keeps this server from its work. Whoever asks, and however often, it costs no more than a look a
    /// second.
    pub(crate) async fn obstacles(&self) -> Vec<Obstacle> {
        let (database, media) = tokio::join!(self.look_at_database(), self.look_at_media());
        let found = [
            obstacle("The database is not available", database),
            obstacle("The media folder is not available", media),
            obstacle("The server is about to stop", self.look_at_end()),
        ];
        let obstacles: Vec<_> = found.into_iter().flatten().collect();
        self.tell_changes(&obstacles);
        obstacles
    }

    async fn look_at_database(&self) -> Result<(), String> {
        let db = self.db.clone();
        let look = async move {
            let found = db.scan(|connection| {
                connection.query_one::<Uuid>("SELECT id FROM installation", &[])
            });
            found.await.map(drop).map_err(|error| error.to_string())
        };
        self.readiness.database.find(|| tokio::spawn(look)).await
    }

    async fn look_at_media(&self) -> Result<(), String> {
        let (storage, library) = (self.storage.clone(), self.readiness.library);
        let look = move || storage.check(library).map_err(|error| error.to_string());
        let ask = || tokio::task::spawn_blocking(look);
        self.readiness.media.find(ask).await
    }

    fn look_at_end(&self) -> Result<(), String> {
        match self.readiness.is_stopping.load(Ordering::Relaxed) {
            true => Err("it was told to".into()),
            false => Ok(()),
        }
    }

    /// The log says why, once: those who ask do so every few seconds.
    fn tell_changes(&self, obstacles: &[Obstacle]) {
        let is_ready = obstacles.is_empty();
        if self.readiness.was_ready.swap(is_ready, Ordering::Relaxed) == is_ready {
            return;
        }
        if is_ready {
            tracing::info!("the server is ready again");
        }
        for Obstacle { what, cause } in obstacles {
            tracing::warn!(cause, "the server is not ready: {what}");
        }
    }
}

fn obstacle(what: &'static str, looked: Result<(), String>) -> Option<Obstacle> {
    looked.err().map(|cause| Obstacle { what, cause })
}
