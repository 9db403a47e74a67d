//! What every request can reach.

use std::ops::Deref;
use std::sync::Arc;

use crate::config::Settings;
use crate::db::Database;
use crate::http::throttle::Throttle;
use crate::jobs::Bell;
use crate::mail::MailServer;
use crate::oauth::Provider;
use crate::storage::{Journal, Storage};
use kallitype_media::{VideoTools, WorkerPool};

/// The running server; clones are the same one.
#[derive(Clone)]
pub struct App(Arc<State>);

/// The parts of a running server.
pub struct State {
    pub settings: Settings,
    pub db: Database,
    pub storage: Storage,
    pub journal: Journal,
    /// Tells the workers that there is something to do.
    pub bell: Bell,
    pub throttle: Throttle,
    /// Where people can sign in elsewhere, if they can.
    pub oauth: Option<Provider>,
    /// The confined processes that strangers' files are decoded in.
    pub media: WorkerPool,
    /// The programs for videos, or why there are none.
    pub video_tools: Result<VideoTools, String>,
    /// Without one, no mail is sent.
    pub mail_server: Option<MailServer>,
    /// Lets few passwords be hashed at once: each takes tens of megabytes for tens of milliseconds.
    pub hashing: tokio::sync::Semaphore,
}

impl App {
    #[must_use]
    pub fn new(state: State) -> Self {
        Self(Arc::new(state))
    }
}

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}
