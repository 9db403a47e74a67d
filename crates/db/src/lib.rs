//! The database: one set of queries, two engines.
//!
//! Queries are plain functions over a [`Connection`], written once. A statement is a text of the program with parameters
//! `$1`, `$2`, …, or an [`Sql`] where it depends on the request; a list parameter is used as `IN LIST($1)`. What it
//! answers is read by [type](FromRow): a value, a [`row!`], or a tuple. Everything else that differs between SQLite and
//! PostgreSQL is in this folder. Times are microseconds UTC, ids are UUIDs, numbers are BIGINT or DOUBLE PRECISION.

mod address;
pub mod change;
#[cfg(feature = "checked-statements")]
mod checked;
mod connection;
mod connector;
mod fold;
mod json;
mod latency;
mod listener;
mod migrate;
mod permits;
mod postgres;
pub mod private;
mod row;
mod sql;
mod sqlite;
mod stamp;
mod statistics;
mod tls;
pub mod tombstone;
mod value;

/// For texts of the program that are made of the columns of rows.
pub use constcat;

pub use connection::{Channel, Connection, Mark, Notice};
pub use fold::fold;
pub use json::Json;
pub use migrate::{Migrated, list_snapshots, restore_snapshot};
pub use row::{ColumnType, FromRow, Row, without_comma};
pub use sql::Sql;
pub use stamp::new_id;
pub use value::Value;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use crate::latency::{Latencies, Timer};
use crate::permits::Permits;
use crate::postgres::{BEGIN_READ, BEGIN_SCAN};

/// What can go wrong between a query and its answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DatabaseError {
    /// A unique index refused the row.
    #[error("a row with the same unique value exists already")]
    Duplicate,
    /// The disk that holds the database is full.
    #[error("the database has no room left: {0}")]
    Full(String),
    /// PostgreSQL asks to run the transaction again.
    #[error("the transaction has to be repeated: {0}")]
    Conflict(String),
    /// A statement failed and its transaction went on as if it had not. Nothing of it is kept.
    #[error("a statement failed, and what it belonged to went on: {0}")]
    Swallowed(String),
    /// The database cannot be reached, was too busy or too slow, or stopped while it was used.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Anything else: a broken query, a wrong type, a damaged file.
    #[error("{0}")]
    Other(String),
}

impl DatabaseError {
    /// Whether it is certain that nothing of the transaction is kept. Otherwise no one knows: the connection may have
    /// been lost between the commit and its answer.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Duplicate | Self::Full(_) | Self::Conflict(_) | Self::Swallowed(_)
        )
    }
}

/// The result of a query.
pub type Result<T, E = DatabaseError> = std::result::Result<T, E>;

/// Where the database is, how much of it may be used at once, and how long anyone waits for it.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// `sqlite` for the embedded database, else a `postgres://` address with the parameters of libpq.
    pub url: String,
    /// The file of the embedded database.
    pub file: PathBuf,
    /// The folder for snapshots taken before migrations of the embedded database.
    pub snapshots: PathBuf,
    /// A file with the password for PostgreSQL, which then does not stand in the address.
    pub password_file: Option<PathBuf>,
    /// How many connections to PostgreSQL may be open at once.
    pub max_connections: usize,
    /// How many long reads may be at work at once, on either database. So they leave connections to the short ones.
    pub max_scans: usize,
    /// How long PostgreSQL may take to accept a connection and who it is for, for each of its hosts.
    pub connect_timeout: Duration,
    /// How long to wait for a connection or a long read that others have to end for.
    pub acquire_timeout: Duration,
    /// How long PostgreSQL may take for a statement; zero is without end. Long reads, migrations and what
    /// [`lift_statement_timeout`](Connection::lift_statement_timeout) is called for may always take longer.
    pub statement_timeout: Duration,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            url: "sqlite".into(),
            file: "kallitype.sqlite".into(),
            snapshots: "snapshots".into(),
            password_file: None,
            max_connections: 16,
            max_scans: 8,
            connect_timeout: Duration::from_secs(10),
            acquire_timeout: Duration::from_secs(30),
            statement_timeout: Duration::from_secs(60),
        }
    }
}

impl DatabaseSettings {
    /// Whether the database lives in a file of its own beside the media.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        !self.url.starts_with("postgres")
    }
}

/// What a transaction answered, now that it is durable.
#[derive(Debug)]
pub struct Committed<T> {
    pub value: T,
    /// What it [marked](Connection::mark).
    pub marks: Vec<Mark>,
    /// What it [tells](Connection::tell). With PostgreSQL, everyone who [listens](Database::listen) hears it, this process too.
    pub notices: Vec<Notice>,
}

/// A handle on the database; clones share the same pool.
#[derive(Clone)]
pub struct Database {
    engine: Arc<Engine>,
    scans: Permits,
    latencies: Arc<Latencies>,
}

enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(Box<postgres::Postgres>),
}

impl Database {
    /// Opens the database without changing its schema.
    ///
    /// # Errors
    /// When the file cannot be opened or PostgreSQL cannot be reached.
    pub fn open(settings: &DatabaseSettings) -> Result<Self> {
        let (engine, name) = if settings.is_embedded() {
            (Engine::Sqlite(sqlite::Sqlite::open(settings)?), "sqlite")
        } else {
            let postgres = postgres::Postgres::open(settings)?;
            (Engine::Postgres(Box::new(postgres)), "postgres")
        };
        Ok(Self {
            engine: Arc::new(engine),
            scans: Permits::new(
                settings.max_scans,
                "long reads of the database",
                settings.acquire_timeout,
            ),
            latencies: Arc::new(Latencies::of(name)),
        })
    }

    /// Whether the database lives in a file of its own beside the media.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        matches!(*self.engine, Engine::Sqlite(_))
    }

    /// Brings the schema up to date: forward only, in one transaction, after a snapshot of the embedded database.
    ///
    /// # Errors
    /// When a migration fails (nothing is changed then) or the schema is newer than this program.
    pub fn migrate(&self, settings: &DatabaseSettings) -> Result<Migrated> {
        self.migrate_to(settings, migrate::newest())
    }

    /// As [`migrate`](Self::migrate), but only up to a schema of an earlier version, as tests of migrations need.
    ///
    /// # Errors
    /// As [`migrate`](Self::migrate).
    pub fn migrate_to(&self, settings: &DatabaseSettings, number: i64) -> Result<Migrated> {
        match &*self.engine {
            Engine::Sqlite(sqlite) => migrate::sqlite(&mut sqlite.open_writer()?, settings, number),
            Engine::Postgres(postgres) => {
                let migrated = postgres.maintain(|client| migrate::postgres(client, number))?;
                if migrated.has_changed() {
                    postgres.maintain(statistics::analyze)?;
                }
                Ok(migrated)
            }
        }
    }

    /// Runs a short read of one statement: a few rows found through an index. Embedded, it runs where it is called. A
    /// second statement could see another state; tests fail on it.
    ///
    /// # Errors
    /// Whatever the query answers.
    pub async fn read<T, E, F>(&self, query: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnOnce(&mut Connection<'_>) -> std::result::Result<T, E> + Send + 'static,
    {
        let _timer = Timer::start(&self.latencies.read);
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(query),
            Engine::Postgres(_) => self.on_postgres(|postgres| postgres.read(1, query)).await,
        }
    }

    /// As [`read`](Self::read), for several short statements: all of them see the database as it was at one moment. On
    /// PostgreSQL that takes two more round trips.
    ///
    /// # Errors
    /// Whatever the query answers.
    pub async fn read_consistent<T, E, F>(&self, query: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnOnce(&mut Connection<'_>) -> std::result::Result<T, E> + Send + 'static,
    {
        let _timer = Timer::start(&self.latencies.read);
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.read_consistent(query),
            Engine::Postgres(_) => {
                self.on_postgres(|postgres| postgres.read_consistent(BEGIN_READ, query))
                    .await
            }
        }
    }

    /// Runs a read that may take long, on a thread where it keeps no one waiting. All its statements see the database as
    /// it was at one moment, and none is cut off.
    ///
    /// # Errors
    /// Whatever the query answers.
    pub async fn scan<T, E, F>(&self, query: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnOnce(&mut Connection<'_>) -> std::result::Result<T, E> + Send + 'static,
    {
        let _timer = Timer::start(&self.latencies.scan);
        let permit = self.scans.acquire().await?;
        match &*self.engine {
            Engine::Sqlite(_) => {
                let engine = self.engine.clone();
                blocking(permit, move || match &*engine {
                    Engine::Sqlite(sqlite) => sqlite.read_consistent(query),
                    Engine::Postgres(_) => Err(other_engine().into()),
                })
                .await
            }
            Engine::Postgres(_) => {
                self.on_postgres(|postgres| {
                    let _permit = permit;
                    postgres.read_consistent(BEGIN_SCAN, query)
                })
                .await
            }
        }
    }

    /// Writes a copy of the embedded database, as it is at one moment, into a new file. It counts as a long read.
    ///
    /// # Errors
    /// When the file cannot be written; what there is of it stays. PostgreSQL has tools of its own.
    pub async fn copy_to(&self, file: PathBuf) -> Result<()> {
        let permit = self.scans.acquire().await?;
        let engine = self.engine.clone();
        blocking(permit, move || match &*engine {
            Engine::Sqlite(sqlite) => sqlite.copy(&file),
            Engine::Postgres(_) => Err(other_engine()),
        })
        .await
    }

    /// Runs work on PostgreSQL on a blocking thread, when there is a connection for it.
    async fn on_postgres<T, E>(
        &self,
        work: impl FnOnce(&postgres::Postgres) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        let Engine::Postgres(postgres) = &*self.engine else {
            return Err(other_engine().into());
        };
        let permit = postgres.permits.acquire().await?;
        let engine = self.engine.clone();
        blocking(permit, move || match &*engine {
            Engine::Postgres(postgres) => work(postgres),
            Engine::Sqlite(_) => Err(other_engine().into()),
        })
        .await
    }

    /// Runs a transaction and answers when it is durable. It may be run more than once, so it must
    /// do nothing but use its connection. An error rolls all of it back.
    ///
    /// # Errors
    /// Whatever the transaction answers, or that it could not be committed.
    pub async fn write<T, E, F>(&self, transaction: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnMut(&mut Connection<'_>) -> std::result::Result<T, E> + Send + 'static,
    {
        Ok(self.commit(transaction).await?.value)
    }

    /// As [`write`](Self::write), and answers what the transaction marked.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn commit<T, E, F>(&self, transaction: F) -> std::result::Result<Committed<T>, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnMut(&mut Connection<'_>) -> std::result::Result<T, E> + Send + 'static,
    {
        let _timer = Timer::start(&self.latencies.write);
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.write(transaction).await,
            Engine::Postgres(_) => {
                self.on_postgres(|postgres| postgres.write(transaction))
                    .await
            }
        }
    }

    /// The greatest change id such that every change up to it is decided: whoever reads changes now finds all of
    /// them, and none is added later. See [`change`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_horizon(&self) -> Result<Uuid> {
        let counter = match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(change::counter)?,
            // No transaction: neither of its statements looks at rows.
            Engine::Postgres(_) => {
                self.on_postgres(|postgres| postgres.read(2, change::decided_counter))
                    .await?
            }
        };
        Ok(change::last_with(counter))
    }

    /// As [`change_horizon`](Self::change_horizon), beyond all changes that are committed by now, if those under way end in so
    /// long: so that whoever has just changed something finds it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settled_horizon(&self, patience: Duration) -> Result<Uuid> {
        let wanted = self.read(change::counter).await?;
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let horizon = self.change_horizon().await?;
            let is_settled = change::counter_of(horizon) >= wanted;
            if is_settled || tokio::time::Instant::now() >= deadline {
                return Ok(horizon);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Makes all further change ids greater than those of all rows, whichever server gave them out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_on(&self) -> Result<()> {
        let greatest = self.scan(change::greatest).await?;
        self.raise_change_counter(greatest).await
    }

    /// Makes all further change ids greater than one that was met in a journal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn raise_change_counter(&self, met: Uuid) -> Result<()> {
        let is_beyond = self
            .read(move |connection| {
                Ok::<_, DatabaseError>(change::counter(connection)? >= change::counter_of(met))
            })
            .await?;
        if is_beyond {
            return Ok(());
        }
        self.write(move |connection| change::raise(connection, met))
            .await
    }

    /// Calls `heard` with what a transaction of any process [told](Connection::tell) on a channel, and with nothing when
    /// something may have been missed, for as long as the database is in use. The embedded database has no other processes.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn listen(
        &self,
        channel: Channel,
        heard: impl Fn(Option<&str>) + Send + 'static,
    ) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(postgres) => {
                let engine = Arc::downgrade(&self.engine);
                let is_wanted = move || engine.strong_count() > 0;
                listener::start(postgres.connector(), channel, heard, is_wanted)
            }
        }
    }

    /// Has the database look at its tables anew where they have changed much, so that it plans queries for what is in
    /// them. PostgreSQL does so by itself, but not at once; the embedded database only does when it is told. Writers
    /// wait for one table at a time, of which a bounded number of rows is looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn optimize(&self) -> Result<()> {
        let Engine::Sqlite(sqlite) = &*self.engine else {
            return self
                .on_postgres(|postgres| postgres.maintain(statistics::analyze))
                .await;
        };
        for analysis in self.write(statistics::list_analyses).await? {
            self.write(move |connection| connection.execute_text(&analysis, &[]))
                .await?;
        }
        sqlite.forget_readers();
        Ok(())
    }

    /// Lets the embedded database look at what has changed much, write its log back and close its file; nothing may be
    /// written after.
    pub async fn close(&self) {
        let Engine::Sqlite(sqlite) = &*self.engine else {
            return;
        };
        // Who only read leaves the file as it is.
        if sqlite.has_written()
            && let Err(error) = self.optimize().await
        {
            tracing::debug!(%error, "the database is closed without having looked at its tables");
        }
        sqlite.close().await;
    }
}

/// Runs work on a thread where it keeps no one waiting. The permit is the work's: it goes on when whoever waits for it
/// goes away.
async fn blocking<T, E>(
    permit: OwnedSemaphorePermit,
    work: impl FnOnce() -> std::result::Result<T, E> + Send + 'static,
) -> std::result::Result<T, E>
where
    T: Send + 'static,
    E: From<DatabaseError> + Send + 'static,
{
    // What is logged there belongs to the request that waits here.
    let span = tracing::Span::current();
    let working = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        span.in_scope(work)
    });
    match working.await {
        Ok(result) => result,
        Err(stopped) => Err(DatabaseError::Other(format!("a query stopped: {stopped}")).into()),
    }
}

fn other_engine() -> DatabaseError {
    DatabaseError::Other("the database is of the other kind".into())
}
