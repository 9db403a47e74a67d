//! What every request can reach.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;
use tokio_util::task::TaskTracker;

use super::checkup::Checkup;
use super::events::Events;
use super::journal::FollowedJournal;
use super::live_config::LiveConfig;
use super::readiness::Readiness;
use super::recent_log::RecentLog;
use super::search_pages::SearchPages;
use crate::config::Settings;
use crate::learning::Learning;
use crate::queue::signal::JobSignal;
use kallitype_db::Database;
use kallitype_media::{VideoTools, WorkerPool};
use kallitype_storage::Storage;
use kallitype_web::addresses::Addresses;
use kallitype_web::budget::Budget;
use kallitype_web::client::Proxies;
use kallitype_web::file_readers::FileReaders;
use kallitype_web::limits::Limits;
use kallitype_web::network::Network;
use kallitype_web::time::{DAY, now};

/// Where a session that was begun at the provider is ended there too. Should the provider not say, it is not.
pub(crate) async fn logout_url(app: &App) -> Option<String> {
    match app.config().provider.as_ref()?.logout_url().await {
        Ok(url) => url,
        Err(error) => {
            tracing::warn!(%error, "a session is ended here, but not at the provider");
            None
        }
    }
}

/// The running server; clones are the same one.
#[derive(Clone)]
pub(crate) struct App(Arc<State>);

/// The parts of a running server.
pub(crate) struct State {
    pub settings: Settings,
    pub limits: Limits,
    /// Which reverse proxies are believed.
    pub trusted_proxies: Arc<[Network]>,
    /// Requests that came by trusted proxies, by the addresses of their clients.
    pub clients: Addresses,
    /// The memory for bodies that are read whole.
    pub budget: Budget,
    pub db: Database,
    pub readiness: Readiness,
    pub recent_log: RecentLog,
    /// Whether the library is what it was, if someone has asked.
    pub checkup: Checkup,
    pub storage: Storage,
    /// Reads files for answers, however long the disk takes.
    pub file_readers: FileReaders,
    pub journal: FollowedJournal,
    /// Transactions under way, and what follows from them.
    pub commits: TaskTracker,
    pub search_pages: SearchPages,
    /// Tells whoever listens what happened.
    pub events: Events,
    /// Tells the workers that there is something to do.
    pub job_signal: JobSignal,
    /// The settings that change while the server runs.
    pub live_config: LiveConfig,
    /// Who is asked what pictures show, if there is anyone, and what is known of it.
    pub learning: Learning,
    /// The confined processes that strangers' files are decoded in.
    pub media: WorkerPool,
    /// The programs for videos, or why there are none.
    pub video_tools: Result<VideoTools, String>,
    /// Lets few passwords be hashed at once: each takes tens of megabytes for tens of milliseconds.
    pub hashing: tokio::sync::Semaphore,
}

impl App {
    #[must_use]
    pub(crate) fn new(state: State) -> Self {
        Self(Arc::new(state))
    }

    /// Which reverse proxies are believed, and how clients reach the server behind them.
    #[must_use]
    pub(crate) fn proxies(&self) -> Proxies {
        Proxies {
            trusted: self.trusted_proxies.clone(),
            is_public_address_secure: self.config().site().starts_with("https://"),
        }
    }
}

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl FromRef<App> for Limits {
    fn from_ref(app: &App) -> Self {
        app.limits
    }
}

impl FromRef<App> for Budget {
    fn from_ref(app: &App) -> Self {
        app.budget.clone()
    }
}

impl FromRef<App> for Proxies {
    fn from_ref(app: &App) -> Self {
        app.proxies()
    }
}

/// The moment since which a session must have been used to be one still, in microseconds UTC.
#[must_use]
pub(crate) fn idle_limit(app: &App) -> i64 {
    now() - i64::from(app.settings.session_days) * DAY
}
