use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::{Client, Row, Statement};
use postgres_protocol::escape::escape_literal;

use crate::connection::{Channel, Notice, postgres_dialect};
use crate::connector::Connector;
use crate::permits::Permits;
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

/// Begins a read whose statements all see one state.
pub(crate) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The same for one that may take long.
pub(crate) const BEGIN_SCAN: &str =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0";

/// Begins a change of the schema or of statistics, which may take long.
const BEGIN_MAINTENANCE: &str = "BEGIN; SET LOCAL statement_timeout = 0";

/// PostgreSQL over a small pool of blocking connections.
pub(crate) struct Postgres {
    connector: Arc<Connector>,
    idle: Mutex<Vec<CachedClient>>,
    /// One for each connection.
    pub(crate) permits: Permits,
}

/// A connection that remembers what it has prepared.
pub(crate) struct CachedClient {
    client: Client,
    connector: Arc<Connector>,
    statements: HashMap<String, Statement>,
    conflicted: bool,
    was_idle: bool,
    is_in_transaction: bool,
}

impl Postgres {
    pub(crate) fn open(settings: &DatabaseSettings) -> Result<Self> {
        let pool = Self {
            connector: Arc::new(Connector::new(settings)?),
            idle: Mutex::new(Vec::new()),
            permits: Permits::new(
                settings.max_connections,
                "connections to the database",
                settings.acquire_timeout,
            ),
        };
        let first = pool.take()?;
        pool.give_back(first);
        Ok(pool)
    }

    /// Runs a read of as many statements as are said, each of which sees its own state; only blocking threads may call
    /// it.
    pub(crate) fn read<T, E: From<DatabaseError>>(
        &self,
        statements: usize,
        query: impl FnOnce(&mut Connection<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut client = self.take()?;
        let connection = Connection::postgres(&mut client).limited_to(statements);
        let done = connection.answer(query);
        self.give_back(client);
        done
    }

    /// Runs a read whose statements all see one state; only blocking threads may call it.
    pub(crate) fn read_consistent<T, E: From<DatabaseError>>(
        &self,
        begin: &str,
        query: impl FnOnce(&mut Connection<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut client = self.begin(begin)?;
        let done = Connection::postgres(&mut client).answer(query);
        client.end(done.is_ok());
        self.give_back(client);
        done
    }

    /// Runs a transaction, again when PostgreSQL asks for it; only blocking threads may call it.
    pub(crate) fn write<T, E: From<DatabaseError>>(
        &self,
        mut transaction: impl FnMut(&mut Connection<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<Committed<T>, E> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut client = self.begin(BEGIN)?;
            client.conflicted = false;
            let done = client.transact(&mut transaction);
            // The caller's own error may hide that there was a conflict.
            let is_over = done.is_ok() || !client.conflicted || attempts == ATTEMPTS;
            self.give_back(client);
            if is_over {
                return done;
            }
        }
    }

    /// Changes the schema or statistics, in one transaction without a limit on its time; only blocking threads may call
    /// it.
    pub(crate) fn maintain<T>(
        &self,
        work: impl FnOnce(&mut CachedClient) -> Result<T>,
    ) -> Result<T> {
        let mut client = self.begin(BEGIN_MAINTENANCE)?;
        let done = work(&mut client);
        let ended = match done {
            Ok(_) => client.commit("COMMIT"),
            Err(_) => {
                client.end(false);
                Ok(())
            }
        };
        self.give_back(client);
        ended.and(done)
    }

    /// A connection that has begun a transaction. One that was idle may have been lost meanwhile; as nothing was done
    /// on it, another is taken.
    fn begin(&self, begin: &str) -> Result<CachedClient> {
        loop {
            let mut client = self.take()?;
            client.is_in_transaction = true;
            match client.batch(begin) {
                Ok(()) => return Ok(client),
                Err(_) if client.was_idle && client.client.is_closed() => self.give_back(client),
                Err(error) => return Err(error),
            }
        }
    }

    fn take(&self) -> Result<CachedClient> {
        let idle = self.idle().pop();
        match idle {
            Some(client) if !client.client.is_closed() => Ok(client),
            _ => Ok(CachedClient {
                client: self.connector.connect()?,
                connector: self.connector.clone(),
                statements: HashMap::new(),
                conflicted: false,
                was_idle: false,
                is_in_transaction: false,
            }),
        }
    }

    /// Keeps a connection for the next one. When one was lost, all that were idle have most likely been, too.
    fn give_back(&self, mut client: CachedClient) {
        if client.client.is_closed() {
            let lost = std::mem::take(&mut *self.idle());
            drop(lost);
        } else if !client.is_in_transaction {
            client.was_idle = true;
            self.idle().push(client);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<CachedClient>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Connects to hear what is told on a channel from now on, until the connection is lost or `is_wanted` is no more.
    ///
    /// # Errors
    /// When PostgreSQL cannot be reached.
    pub(crate) fn hear(
        connector: &Connector,
        channel: Channel,
        heard: &impl Fn(Option<&str>),
        is_wanted: &impl Fn() -> bool,
    ) -> Result<()> {
        let mut client = connector.connect()?;
        client.batch_execute(&format!("LISTEN {channel}"))?;
        // Something may have been told before.
        heard(None);
        while is_wanted() && !client.is_closed() {
            let mut notices = client.notifications();
            if let Some(notice) = notices.timeout_iter(HEARING).next()? {
                heard(Some(notice.payload()));
            }
        }
        Ok(())
    }

    pub(crate) fn connector(&self) -> Arc<Connector> {
        self.connector.clone()
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
    /// Runs a transaction that has begun, to its end.
    fn transact<T, E: From<DatabaseError>>(
        &mut self,
        transaction: &mut impl FnMut(&mut Connection<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<Committed<T>, E> {
        let mut connection = Connection::postgres(self);
        let done = transaction(&mut connection);
        match connection.settle(done) {
            Ok(committed) => {
                self.commit(&commit_and_notify(&committed.notices))?;
                Ok(committed)
            }
            Err(error) => {
                self.end(false);
                Err(error)
            }
        }
    }

    fn commit(&mut self, commit: &str) -> Result<()> {
        self.batch(commit)?;
        self.is_in_transaction = false;
        Ok(())
    }

    /// Ends a transaction that has nothing to lose by it. A connection on which even that fails is not used again.
    fn end(&mut self, is_well: bool) {
        let end = if is_well { "COMMIT" } else { "ROLLBACK" };
        if let Err(error) = self.commit(end) {
            tracing::debug!(%error, "a transaction could not be ended; its connection is given up");
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

    pub(crate) fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>> {
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

    /// Takes rows as they come: PostgreSQL waits with the next ones while one is taken. When one is refused, it is told to
    /// stop; the driver would read all the others first.
    pub(crate) fn query_each(
        &mut self,
        sql: &str,
        parameters: &[Value],
        mut take: impl FnMut(&Row) -> Result<()>,
    ) -> Result<()> {
        let statement = self.prepare(sql)?;
        let rows = self.client.query_raw(&statement, references(parameters));
        let mut is_refused = false;
        let done = rows.map_err(DatabaseError::from).and_then(|mut rows| {
            while let Some(row) = rows.next()? {
                take(&row).inspect_err(|_| is_refused = true)?;
            }
            Ok(())
        });
        if is_refused {
            self.connector.cancel(&self.client);
        }
        self.noted(done)
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

    /// Remembers that the transaction is in conflict.
    fn noted<T>(&mut self, done: std::result::Result<T, impl Into<DatabaseError>>) -> Result<T> {
        let done = done.map_err(Into::into);
        self.conflicted |= matches!(done, Err(DatabaseError::Conflict(_)));
        done
    }
}

/// What ends a transaction, in one round trip.
fn commit_and_notify(notices: &[Notice]) -> String {
    let notices = notices.iter().map(|Notice { channel, text }| {
        let text = escape_literal(text);
        format!("NOTIFY {channel}, {text}; ")
    });
    notices.chain(["COMMIT".into()]).collect()
}

fn references(parameters: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    parameters
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}
