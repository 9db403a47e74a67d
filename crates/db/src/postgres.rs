use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::{Client, NoTls, Statement};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connection::{Channel, postgres_dialect};
use crate::{Committed, Connection, DatabaseError, DatabaseSettings, Result, Value};

/// How often a transaction is run again when PostgreSQL finds it in conflict with another.
const ATTEMPTS: usize = 5;

/// How many prepared statements a connection keeps; far more than there are different queries.
const STATEMENTS: usize = 500;

/// How long a listener waits before it looks whether it is still wanted.
const HEARING: Duration = Duration::from_secs(5);

/// Begins a transaction and locks the number above which all its change ids will be; see [`crate::change`].
const BEGIN: &str =
    "BEGIN; SELECT pg_advisory_xact_lock_shared((SELECT last_value FROM change_counter))";

/// PostgreSQL over a small pool of blocking connections.
pub(crate) struct Postgres {
    config: postgres::Config,
    idle: Mutex<Vec<CachedClient>>,
    permits: Arc<Semaphore>,
}

/// A connection that remembers what it has prepared.
pub(crate) struct CachedClient {
    client: Client,
    statements: HashMap<String, Statement>,
    conflicted: bool,
}

impl Postgres {
    pub(crate) fn open(settings: &DatabaseSettings) -> Result<Self> {
        let config: postgres::Config = settings.url.parse().map_err(|_| {
            DatabaseError::Other(
                "the database address cannot be read: postgres://user@host/name is wanted".into(),
            )
        })?;
        let pool = Self {
            config,
            idle: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(settings.max_connections.max(1))),
        };
        pool.with(|_| Ok::<(), DatabaseError>(()))?;
        Ok(pool)
    }

    /// Waits for the right to use one connection.
    pub(crate) async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        let closed = |_| DatabaseError::Unavailable("the pool is closed".into());
        self.permits.clone().acquire_owned().await.map_err(closed)
    }

    /// Runs `work` on an idle or a new connection; only blocking threads may call it.
    pub(crate) fn with<T, E: From<DatabaseError>>(
        &self,
        work: impl FnOnce(&mut CachedClient) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut client = self.take()?;
        let result = work(&mut client);
        if !client.client.is_closed() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(client);
        }
        result
    }

    fn take(&self) -> Result<CachedClient> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(client) if !client.client.is_closed() => Ok(client),
            _ => Ok(CachedClient {
                client: self.config.connect(NoTls)?,
                statements: HashMap::new(),
                conflicted: false,
            }),
        }
    }

    /// Connects to hear what is told on a channel from now on, until the connection is lost or `is_wanted` is no more.
    ///
    /// # Errors
    /// When PostgreSQL cannot be reached.
    pub(crate) fn hear(
        config: &postgres::Config,
        channel: Channel,
        heard: &impl Fn(),
        is_wanted: &impl Fn() -> bool,
    ) -> Result<()> {
        let mut client = config.connect(NoTls)?;
        client.batch_execute(&format!("LISTEN {channel}"))?;
        // Something may have been told before.
        heard();
        while is_wanted() && !client.is_closed() {
            let mut notices = client.notifications();
            if notices.timeout_iter(HEARING).next()?.is_some() {
                heard();
            }
        }
        Ok(())
    }

    pub(crate) fn config(&self) -> postgres::Config {
        self.config.clone()
    }

    /// Runs a transaction, again when PostgreSQL asks for it.
    pub(crate) fn write<T, E: From<DatabaseError>>(
        &self,
        mut transaction: impl FnMut(&mut Connection<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<Committed<T>, E> {
        self.with(|client| {
            for _ in 1..ATTEMPTS {
                client.conflicted = false;
                match client.transact(&mut transaction) {
                    Err(_) if client.conflicted => continue,
                    result => return result,
                }
            }
            client.transact(&mut transaction)
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let idle = std::mem::take(self.idle.get_mut().unwrap_or_else(PoisonError::into_inner));
        // A connection says goodbye when it is dropped, for which it must not be on an asynchronous thread.
        if std::thread::spawn(move || drop(idle)).join().is_err() {
            tracing::debug!("the connections to PostgreSQL were not closed properly");
        }
    }
}

impl CachedClient {
    fn transact<T, E: From<DatabaseError>>(
        &mut self,
        transaction: &mut impl FnMut(&mut Connection<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<Committed<T>, E> {
        self.batch(BEGIN)?;
        let mut connection = Connection::postgres(self);
        let done = transaction(&mut connection);
        let (marks, channels) = connection.into_outcome();
        match done {
            Ok(value) => {
                self.batch(&commit_and_notify(&channels))?;
                Ok(Committed { value, marks })
            }
            Err(error) => {
                self.batch("ROLLBACK")?;
                Err(error)
            }
        }
    }

    /// Runs statements that have no parameters and no answer.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let done = self.client.batch_execute(sql);
        self.noted(done)
    }

    pub(crate) fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        let statement = self.prepare(sql)?;
        let done = self.client.execute(&statement, &references(parameters));
        self.noted(done)
    }

    pub(crate) fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<postgres::Row>> {
        let statement = self.prepare(sql)?;
        let done = self.client.query(&statement, &references(parameters));
        self.noted(done)
    }

    /// A prepared statement, and the connection to ask about it.
    #[cfg(feature = "checked-statements")]
    pub(crate) fn prepared(&mut self, sql: &str) -> Result<(&mut Client, Statement)> {
        let statement = self.prepare(sql)?;
        Ok((&mut self.client, statement))
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        let prepared = self.client.prepare(&postgres_dialect(sql));
        let statement = self.noted(prepared)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Remembers that the transaction is in conflict: the caller's own error type may hide it.
    fn noted<T>(&mut self, done: std::result::Result<T, postgres::Error>) -> Result<T> {
        let done = done.map_err(DatabaseError::from);
        self.conflicted |= matches!(done, Err(DatabaseError::Conflict(_)));
        done
    }
}

/// What ends a transaction, in one round trip.
fn commit_and_notify(channels: &[Channel]) -> String {
    let notices = channels.iter().map(|channel| format!("NOTIFY {channel}; "));
    notices.chain(["COMMIT".into()]).collect()
}

fn references(parameters: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    parameters
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}
