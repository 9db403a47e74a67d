//! Connects to PostgreSQL.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use postgres::error::SqlState;
use postgres::{Client, NoTls};
use tokio::sync::Semaphore;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::address::{Address, TlsMode};
use crate::{DatabaseError, DatabaseSettings, Result, tls};

/// Makes connections to one PostgreSQL; clones share the count of those under way.
#[derive(Clone)]
pub(crate) struct Connector {
    config: postgres::Config,
    tls: Option<MakeRustlsConnect>,
    /// Whether a server that TLS fails with is spoken to without.
    is_tls_optional: bool,
    password_file: Option<PathBuf>,
    timeout: Duration,
    statement_timeout: Duration,
    /// A server that takes connections and never answers must not be given more and more of them.
    attempts: Arc<Semaphore>,
}

impl Connector {
    pub(crate) fn new(settings: &DatabaseSettings) -> Result<Self> {
        let Address { mut config, tls } = Address::parse(&settings.url)?;
        if settings.password_file.is_some() && config.get_password().is_some() {
            return Err(DatabaseError::Other(
                "the database's password stands in its address as well as in a file".into(),
            ));
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(settings.connect_timeout);
        }
        let hosts = config.get_hosts().len().max(1);
        Ok(Self {
            tls: match tls.mode {
                TlsMode::Disable => None,
                _ => Some(tls::connector(&tls)?),
            },
            is_tls_optional: tls.mode == TlsMode::Prefer,
            password_file: settings.password_file.clone(),
            timeout: settings.connect_timeout * u32::try_from(hosts).unwrap_or(1),
            statement_timeout: settings.statement_timeout,
            // Beside those of the pool there are listeners.
            attempts: Arc::new(Semaphore::new(2 * settings.max_connections.max(1))),
            config,
        })
    }

    /// Connects, on a thread of its own: the driver's timeout ends when the server has taken the connection, and what
    /// follows may never be answered.
    pub(crate) fn connect(&self) -> Result<Client> {
        let attempt = self.attempts.clone().try_acquire_owned();
        let attempt =
            attempt.map_err(|_| unavailable("it leaves connections unanswered".into()))?;
        let connector = self.clone();
        let (sender, made) = channel();
        std::thread::Builder::new()
            .name("database-connect".into())
            .spawn(move || {
                drop(sender.send(connector.connect_now()));
                drop(attempt);
            })
            .map_err(|error| unavailable(format!("there is no thread: {error}")))?;
        match made.recv_timeout(self.timeout) {
            Ok(client) => client,
            Err(RecvTimeoutError::Timeout) => Err(unavailable(format!(
                "it did not answer within {} s",
                self.timeout.as_secs_f64()
            ))),
            Err(RecvTimeoutError::Disconnected) => Err(unavailable("connecting stopped".into())),
        }
    }

    /// Has the server end the statement that a connection is in.
    pub(crate) fn cancel(&self, client: &Client) {
        let token = client.cancel_token();
        let cancelled = match &self.tls {
            None => token.cancel_query(NoTls),
            Some(tls) => token.cancel_query(tls.clone()),
        };
        if let Err(error) = cancelled {
            tracing::warn!(%error, "a statement whose rows no one wants goes on");
        }
    }

    fn connect_now(&self) -> Result<Client> {
        let config = self.with_password()?;
        let mut client = match &self.tls {
            None => config.connect(NoTls)?,
            Some(tls) => match config.connect(tls.clone()) {
                Err(error) if self.is_tls_optional && may_work_without_tls(&error) => {
                    config.connect(NoTls)?
                }
                connected => connected?,
            },
        };
        client.batch_execute(&format!(
            "SET statement_timeout = {}",
            self.statement_timeout.as_millis()
        ))?;
        Ok(client)
    }

    /// The password is read anew each time, so it may be changed while the server runs.
    fn with_password(&self) -> Result<postgres::Config> {
        let mut config = self.config.clone();
        if let Some(file) = &self.password_file {
            let password = std::fs::read_to_string(file).map_err(|error| {
                DatabaseError::Unavailable(format!(
                    "the database's password cannot be read from {}: {error}",
                    file.display()
                ))
            })?;
            config.password(password.trim_end_matches(['\r', '\n']));
        }
        Ok(config)
    }
}

/// As libpq does, it is tried without TLS when TLS itself fails, and when the server has no place for who comes with it.
fn may_work_without_tls(error: &postgres::Error) -> bool {
    error
        .code()
        .is_none_or(|code| *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

fn unavailable(reason: String) -> DatabaseError {
    DatabaseError::Unavailable(format!("PostgreSQL cannot be reached: {reason}"))
}
