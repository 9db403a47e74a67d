//! The database: one set of queries, two engines.
//!
//! Queries are plain functions over a [`Connection`], written once. A statement is a text of the program with parameters
//! `$1`, `$2`, …, or an [`Sql`] where it depends on the request; a list parameter is used as `IN LIST($1)`. What it
//! answers is read by [type](FromRow): a value, a [`row!`], or a tuple. Everything else that differs between SQLite and
//! PostgreSQL is in this folder. Times are microseconds UTC, ids are UUIDs, numbers are BIGINT or DOUBLE PRECISION.

pub mod change;
#[cfg(feature = "checked-statements")]
mod checked;
mod connection;
mod json;
mod listener;
mod migrate;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod stamp;
pub mod tombstone;
mod value;

/// For texts of the program that are made of the columns of rows.
pub use constcat;

pub use connection::{Channel, Connection, Mark};
pub use json::Json;
pub use migrate::{Migrated, list_snapshots, restore_snapshot};
pub use row::{ColumnType, FromRow, Row, without_comma};
pub use sql::Sql;
pub use stamp::new_id;
pub use value::Value;

use std::path::PathBuf;
use std::sync::Arc;

use uuid::Uuid;

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
    /// The database cannot be reached, or stopped while it was used.
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
        matches!(self, Self::Duplicate | Self::Full(_) | Self::Conflict(_))
    }
}

/// The result of a query.
pub type Result<T, E = DatabaseError> = std::result::Result<T, E>;

/// Where the database is and how much of it may be used at once.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// `sqlite` for the embedded database, else a `postgres://` address.
    pub url: String,
    /// The file of the embedded database.
    pub file: PathBuf,
    /// The folder for snapshots taken before migrations of the embedded database.
    pub snapshots: PathBuf,
    /// How many connections to PostgreSQL may be open at once.
    pub max_connections: usize,
}

/// What a transaction answered, now that it is durable.
#[derive(Debug)]
pub struct Committed<T> {
    pub value: T,
    /// What it [marked](Connection::mark).
    pub marks: Vec<Mark>,
}

/// A handle on the database; clones share the same pool.
#[derive(Clone)]
pub struct Database {
    engine: Arc<Engine>,
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
        let engine = if settings.url.starts_with("postgres") {
            Engine::Postgres(Box::new(postgres::Postgres::open(settings)?))
        } else {
            Engine::Sqlite(sqlite::Sqlite::open(settings)?)
        };
        Ok(Self {
            engine: Arc::new(engine),
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
            Engine::Postgres(postgres) => postgres.with(|client| migrate::postgres(client, number)),
        }
    }

    /// Runs a short read: a few rows found through an index. Embedded, it runs where it is called.
    ///
    /// # Errors
    /// Whatever the query answers.
    pub async fn read<T, E, F>(&self, query: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnOnce(&mut Connection<'_>) -> std::result::Result<T, E> + Send + 'static,
    {
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(query),
            Engine::Postgres(_) => self.scan(query).await,
        }
    }

    /// Runs a read that may take long, on a thread where it keeps no one waiting.
    ///
    /// # Errors
    /// Whatever the query answers.
    pub async fn scan<T, E, F>(&self, query: F) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnOnce(&mut Connection<'_>) -> std::result::Result<T, E> + Send + 'static,
    {
        let engine = self.engine.clone();
        let _permit = match &*self.engine {
            Engine::Postgres(postgres) => Some(postgres.permit().await?),
            Engine::Sqlite(_) => None,
        };
        blocking(move || match &*engine {
            Engine::Sqlite(sqlite) => sqlite.read(query),
            Engine::Postgres(postgres) => {
                postgres.with(|client| query(&mut Connection::postgres(client)))
            }
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
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.write(transaction).await,
            Engine::Postgres(postgres) => {
                let _permit = postgres.permit().await?;
                let engine = self.engine.clone();
                blocking(move || match &*engine {
                    Engine::Postgres(postgres) => postgres.write(transaction),
                    Engine::Sqlite(_) => {
                        Err(DatabaseError::Other("the engine changed".into()).into())
                    }
                })
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
            Engine::Postgres(_) => self.scan(change::decided_counter).await?,
        };
        Ok(change::last_with(counter))
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
            .scan(move |connection| {
                Ok::<_, DatabaseError>(change::counter(connection)? >= change::counter_of(met))
            })
            .await?;
        if is_beyond {
            return Ok(());
        }
        self.write(move |connection| change::raise(connection, met))
            .await
    }

    /// Calls `heard` whenever a transaction of any process [notified](Connection::notify) a channel, and when something may
    /// have been missed, for as long as the database is in use. The embedded database has no other processes.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn listen(&self, channel: Channel, heard: impl Fn() + Send + 'static) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(postgres) => {
                let engine = Arc::downgrade(&self.engine);
                let is_wanted = move || engine.strong_count() > 0;
                listener::start(postgres.config(), channel, heard, is_wanted)
            }
        }
    }

    /// Lets the embedded database write its log back and close its file; nothing may be written after.
    pub async fn close(&self) {
        if let Engine::Sqlite(sqlite) = &*self.engine {
            sqlite.close().await;
        }
    }
}

async fn blocking<T, E>(
    work: impl FnOnce() -> std::result::Result<T, E> + Send + 'static,
) -> std::result::Result<T, E>
where
    T: Send + 'static,
    E: From<DatabaseError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(stopped) => Err(DatabaseError::Other(format!("a query stopped: {stopped}")).into()),
    }
}
