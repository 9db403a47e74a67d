//! The settings that administrators change while the server runs, as they are now. A change counts from the end of the
//! request that makes it, and soon after on every other server that shares the database.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinSet;

use super::events::{Audience, Event};
use super::state::App;
use crate::config::system::effective::Decisions;
use crate::config::{FixedSetting, Settings, SystemConfigDto};
use crate::mail::{MailServer, PostOptions, SmtpConfig};
use crate::oidc::provider::Provider;
use kallitype_db::{Channel, Connection, Database};

/// Where PostgreSQL tells all servers that settings changed.
pub(crate) const CONFIG_CHANNEL: Channel = "kallitype_config";

/// How long to wait after settings could not be read.
const PAUSE_AFTER_ERROR: std::time::Duration = std::time::Duration::from_secs(5);

/// What goes wrong with settings before there is a server.
type StartError = Box<dyn std::error::Error + Send + Sync>;

/// The settings at one moment.
pub(crate) struct Config {
    document: SystemConfigDto,
    /// Where people can sign in elsewhere, if they can.
    pub provider: Option<Arc<Provider>>,
}

impl Deref for Config {
    type Target = SystemConfigDto;

    fn deref(&self) -> &SystemConfigDto {
        &self.document
    }
}

impl Config {
    /// Without a provider that cannot be had, the server runs all the same.
    fn new(document: SystemConfigDto, max_answer_bytes: usize) -> Self {
        let provider = Provider::new(&document.oauth, max_answer_bytes).unwrap_or_else(|error| {
            tracing::error!(%error, "no one can sign in at the provider");
            None
        });
        if provider.is_none() && !document.password_login.enabled {
            tracing::warn!("no one can sign in: passwords are not taken, and there is no provider");
        }
        Self {
            document,
            provider: provider.map(Arc::new),
        }
    }
}

/// What follows from settings at once, whenever they are others.
pub(crate) type Follow = Box<dyn Fn(&SystemConfigDto) + Send + Sync>;

/// The settings, and what fixes some of them.
pub(crate) struct LiveConfig {
    follow: Follow,
    fixed: Vec<FixedSetting>,
    max_answer_bytes: usize,
    now: watch::Sender<Arc<Config>>,
    /// Held while they are read, so that what was read later also counts later.
    reading: Mutex<()>,
    outdated: Arc<Notify>,
}

impl LiveConfig {
    /// What is stored and what is fixed; `follow` hears of it now and whenever it changes.
    ///
    /// # Errors
    /// When the database fails, or what is fixed cannot stand.
    pub(crate) async fn load(
        db: &Database,
        settings: &Settings,
        follow: Follow,
    ) -> Result<Self, StartError> {
        let fixed = settings.fixed()?;
        let document = read_document(db, &fixed).await?;
        let max_answer_bytes = settings.oauth.max_answer_bytes;
        follow(&document);
        let config = Config::new(document, max_answer_bytes);
        Ok(Self {
            follow,
            fixed,
            max_answer_bytes,
            now: watch::Sender::new(Arc::new(config)),
            reading: Mutex::default(),
            outdated: Arc::default(),
        })
    }

    /// What cannot be changed.
    #[must_use]
    pub(crate) fn fixed(&self) -> &[FixedSetting] {
        &self.fixed
    }

    /// Tells of changes from now on.
    #[must_use]
    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<Config>> {
        self.now.subscribe()
    }
}

/// The document as a command outside the server has it.
///
/// # Errors
/// When the database fails, or what is fixed cannot stand.
pub(crate) async fn read_document(
    db: &Database,
    fixed: &[FixedSetting],
) -> Result<SystemConfigDto, StartError> {
    let decided = db.read(find_decisions).await?.sound(fixed);
    Ok(decided.document(fixed).map_err(|error| error.to_string())?)
}

/// What administrators have decided.
///
/// # Errors
/// When the database fails.
pub(crate) fn find_decisions(connection: &mut Connection<'_>) -> kallitype_db::Result<Decisions> {
    let sql = "SELECT system_config FROM installation";
    let text: Option<String> = connection.query_optional(sql, &[])?;
    Ok(text.map_or_else(Decisions::none, |text| Decisions::parse(&text)))
}

/// Stores what administrators have decided.
///
/// # Errors
/// When the database fails.
pub(crate) fn store_decisions(
    connection: &mut Connection<'_>,
    decisions: &Decisions,
) -> kallitype_db::Result<()> {
    let sql = "UPDATE installation SET system_config = $1, update_id = next_change_id()";
    connection.execute(sql, &[decisions.to_text().into()])?;
    connection.notify(CONFIG_CHANNEL);
    Ok(())
}

/// Hears of changes that other servers make, until the set is dropped.
///
/// # Errors
/// When they cannot be heard.
pub(crate) fn follow(app: &App) -> kallitype_db::Result<JoinSet<()>> {
    let outdated = app.live_config.outdated.clone();
    app.db
        .listen(CONFIG_CHANNEL, move |_| outdated.notify_one())?;
    let mut following = JoinSet::new();
    let app = app.clone();
    following.spawn(async move {
        loop {
            app.live_config.outdated.notified().await;
            if !app.reload_config().await {
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    });
    Ok(following)
}

impl App {
    /// The settings as they are now.
    #[must_use]
    pub(crate) fn config(&self) -> Arc<Config> {
        self.live_config.now.borrow().clone()
    }

    /// The mail server, if mail is sent.
    #[must_use]
    pub(crate) fn mail_server(&self) -> Option<MailServer> {
        let smtp = &self.config().notifications.smtp;
        match SmtpConfig::new(smtp, &self.settings.mail) {
            _ if !smtp.enabled => None,
            Ok(config) => Some(MailServer::new(config)),
            Err(error) => {
                tracing::error!(%error, "no mail can be sent");
                None
            }
        }
    }

    /// Whether mail is sent, and how long it waits.
    #[must_use]
    pub(crate) fn post_options(&self) -> PostOptions {
        PostOptions::new(&self.config().notifications.smtp, &self.settings.mail)
    }

    /// Reads the settings, and tells everyone when they are others; answers whether they could be read.
    pub(super) async fn reload_config(&self) -> bool {
        let live = &self.live_config;
        let _reading = live.reading.lock().await;
        let document = match read_document(&self.db, &live.fixed).await {
            Ok(document) => document,
            Err(error) => {
                tracing::error!(%error, "settings could not be read; it will be tried again");
                live.outdated.notify_one();
                return false;
            }
        };
        if document != self.config().document {
            (live.follow)(&document);
            let config = Config::new(document, live.max_answer_bytes);
            live.now.send_replace(Arc::new(config));
            self.job_signal.notify();
            self.events.send(Event::Plain {
                to: Audience::Everyone,
                name: "on_config_update".into(),
                values: Vec::new(),
            });
        }
        true
    }
}
