use postgres::error::SqlState;
use rusqlite::ErrorCode;
use uuid::Uuid;

use crate::postgres::CachedClient;
use crate::{Committed, DatabaseError, Result, Value};

/// Rows that one statement inserts at most; their values have to stay below what either engine binds at once.
const ROWS_A_STATEMENT: usize = 500;

/// A connection inside a read or a transaction.
pub struct Connection<'a> {
    engine: Engine<'a>,
    marks: Vec<Mark>,
    channels: Vec<Channel>,
    /// How many statements may still be run.
    remaining: usize,
    /// The first statement that failed. A closure may not have passed its error on.
    failure: Option<DatabaseError>,
}

enum Engine<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut CachedClient),
}

/// What a transaction says about itself to whoever commits it, such as that it enqueued a job.
pub type Mark = &'static str;

/// What processes that share a PostgreSQL tell each other something on. An SQL identifier.
pub type Channel = &'static str;

/// A row of an answer, read by column position.
pub struct Row<'a>(RowEngine<'a>);

enum RowEngine<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The value of a column.
    ///
    /// # Errors
    /// When the column is missing or of another type.
    pub fn get<T>(&self, column: usize) -> Result<T>
    where
        T: rusqlite::types::FromSql + for<'b> postgres::types::FromSql<'b>,
    {
        match self.0 {
            RowEngine::Sqlite(row) => Ok(row.get(column)?),
            RowEngine::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

impl<'a> Connection<'a> {
    pub(crate) fn sqlite(connection: &'a rusqlite::Connection) -> Self {
        Self::new(Engine::Sqlite(connection))
    }

    pub(crate) fn postgres(client: &'a mut CachedClient) -> Self {
        Self::new(Engine::Postgres(client))
    }

    fn new(engine: Engine<'a>) -> Self {
        Self {
            engine,
            marks: Vec::new(),
            channels: Vec::new(),
            remaining: usize::MAX,
            failure: None,
        }
    }

    /// The same for a read without a transaction, in which each statement sees its own state.
    pub(crate) fn limited_to(self, statements: usize) -> Self {
        Self {
            remaining: statements,
            ..self
        }
    }

    /// Runs a read to its end.
    pub(crate) fn answer<T, E: From<DatabaseError>>(
        mut self,
        query: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let done = query(&mut self);
        self.settle(done).map(|(committed, _)| committed.value)
    }

    /// What is to be committed, and the channels to notify, once the closure has ended. Nothing is when a statement
    /// failed, even if the closure did not pass that on: PostgreSQL would answer the COMMIT and roll back, and SQLite
    /// would keep what the other statements did.
    pub(crate) fn settle<T, E: From<DatabaseError>>(
        self,
        done: Result<T, E>,
    ) -> Result<(Committed<T>, Vec<Channel>), E> {
        let value = done?;
        match self.failure {
            Some(failure) => Err(DatabaseError::Swallowed(failure.to_string()).into()),
            None => Ok((
                Committed {
                    value,
                    marks: self.marks,
                },
                self.channels,
            )),
        }
    }

    /// Runs a statement and remembers when it failed.
    fn run<T>(&mut self, statement: impl FnOnce(&mut Engine<'a>) -> Result<T>) -> Result<T> {
        let counted = self.count_statement();
        let done = counted.and_then(|()| statement(&mut self.engine));
        if let Err(error) = &done {
            self.failure.get_or_insert_with(|| error.clone());
        }
        done
    }

    /// Where statements are counted, one too many is a mistake in the code, and the tests have to find it. What a server
    /// in use would answer may be of two states, which is better than nothing.
    fn count_statement(&mut self) -> Result<()> {
        match self.remaining.checked_sub(1) {
            Some(remaining) => self.remaining = remaining,
            None if cfg!(debug_assertions) => {
                return Err(DatabaseError::Other(
                    "a read of one statement ran a second one: use read_consistent".into(),
                ));
            }
            None => {}
        }
        Ok(())
    }
}

impl Connection<'_> {
    /// Whether this is the embedded database.
    pub(crate) fn is_embedded(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// Notes something for whoever commits this transaction.
    pub fn mark(&mut self, mark: Mark) {
        if !self.marks.contains(&mark) {
            self.marks.push(mark);
        }
    }

    /// Has this transaction, when it is committed, tell every process that [listens](crate::Database::listen) on a
    /// channel. The embedded database has one process, which knows by the transaction's marks.
    pub fn notify(&mut self, channel: Channel) {
        if !self.channels.contains(&channel) {
            self.channels.push(channel);
        }
    }

    /// What makes a query pass over rows that another transaction has locked. The embedded database needs nothing:
    /// its transactions run one after the other.
    #[must_use]
    pub fn skip_locked(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite(_) => "",
            Engine::Postgres(_) => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// The expression for a random UUID.
    #[must_use]
    pub fn random_uuid(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite(_) => "randomblob(16)",
            Engine::Postgres(_) => "gen_random_uuid()",
        }
    }

    /// Runs a statement and answers how many rows it touched.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        self.run(|engine| match engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sqlite_dialect(sql))?;
                let touched = statement.execute(rusqlite::params_from_iter(parameters))?;
                Ok(touched as u64)
            }
            Engine::Postgres(client) => client.execute(&postgres_dialect(sql), parameters),
        })
    }

    /// Inserts many rows with few statements. `statement` names the table and the columns, `conflict` says what to do
    /// with rows that are there.
    ///
    /// # Errors
    /// When the database refuses them.
    pub fn insert_many<const COLUMNS: usize>(
        &mut self,
        statement: &str,
        rows: &[[Value; COLUMNS]],
        conflict: &str,
    ) -> Result<()> {
        self.insert_rows(statement, rows, "", conflict)
    }

    /// As [`insert_many`](Self::insert_many), for rows whose last column is their change id.
    ///
    /// # Errors
    /// When the database refuses them.
    pub fn insert_changes<const COLUMNS: usize>(
        &mut self,
        statement: &str,
        rows: &[[Value; COLUMNS]],
        conflict: &str,
    ) -> Result<()> {
        self.insert_rows(statement, rows, ", next_change_id()", conflict)
    }

    fn insert_rows<const COLUMNS: usize>(
        &mut self,
        statement: &str,
        rows: &[[Value; COLUMNS]],
        last: &str,
        conflict: &str,
    ) -> Result<()> {
        for batch in rows.chunks(ROWS_A_STATEMENT) {
            let tuples: Vec<String> = (0..batch.len())
                .map(|row| {
                    let places = (1..=COLUMNS).map(|column| format!("${}", row * COLUMNS + column));
                    format!("({}{last})", places.collect::<Vec<_>>().join(", "))
                })
                .collect();
            let sql = format!("{statement} VALUES {} {conflict}", tuples.join(", "));
            self.execute(&sql, batch.as_flattened())?;
        }
        Ok(())
    }

    /// Sets columns of the row whose `key` is `id`, with a new change id.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn update_row(
        &mut self,
        table: &str,
        key: &str,
        id: Uuid,
        values: &[(&str, Value)],
    ) -> Result<()> {
        let assignments: String = values
            .iter()
            .zip(2..)
            .map(|((column, _), place)| format!(", {column} = ${place}"))
            .collect();
        let sql = format!(
            "UPDATE {table} SET update_id = next_change_id(){assignments} WHERE {key} = $1"
        );
        let mut parameters = vec![id.into()];
        parameters.extend(values.iter().map(|(_, value)| value.clone()));
        self.execute(&sql, &parameters).map(drop)
    }

    /// Every row of an answer, converted by `convert`. All of them are in memory at once: see
    /// [`query_each`](Self::query_each) for more than a few thousand.
    ///
    /// # Errors
    /// When the database refuses the query or `convert` a row.
    pub fn query<T>(
        &mut self,
        sql: &str,
        parameters: &[Value],
        mut convert: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.run(|engine| match engine {
            Engine::Sqlite(connection) => {
                let mut converted = Vec::new();
                each_row(connection, sql, parameters, |row| {
                    converted.push(convert(row)?);
                    Ok(())
                })?;
                Ok(converted)
            }
            Engine::Postgres(client) => {
                let rows = client.query(&postgres_dialect(sql), parameters)?;
                rows.iter()
                    .map(|row| convert(&Row(RowEngine::Postgres(row))))
                    .collect()
            }
        })
    }

    /// Calls `take` for each row of an answer while it comes, so that a long one takes no more memory than a short one.
    /// The state that is read stays alive until the end: what `take` does should take microseconds. An error of its
    /// ends the statement.
    ///
    /// # Errors
    /// When the database refuses the query or `take` a row.
    pub fn query_each(
        &mut self,
        sql: &str,
        parameters: &[Value],
        mut take: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        self.run(|engine| match engine {
            Engine::Sqlite(connection) => each_row(connection, sql, parameters, take),
            Engine::Postgres(client) => {
                client.query_each(&postgres_dialect(sql), parameters, |row| {
                    take(&Row(RowEngine::Postgres(row)))
                })
            }
        })
    }

    /// The first row of an answer, if there is one.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub fn query_optional<T>(
        &mut self,
        sql: &str,
        parameters: &[Value],
        convert: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.query(sql, parameters, convert)?.into_iter().next())
    }

    /// Keeps other transactions from changing a row between this one's reads and its writes. The embedded
    /// database needs nothing for it: its transactions run one after the other.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub fn lock(&mut self, table: &str, id: Uuid) -> Result<()> {
        self.run(|engine| match engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(client) => {
                let sql = format!("SELECT 1 FROM {table} WHERE id = $1 FOR NO KEY UPDATE");
                client.query(&sql, &[id.into()]).map(drop)
            }
        })
    }

    /// Waits until every transaction that has written to a table by now is decided. What a process sent to PostgreSQL
    /// before it ended may still be committed after its end; with the embedded database it ended, too.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub fn wait_for_writers(&mut self, table: &str) -> Result<()> {
        self.lift_statement_timeout()?;
        self.run(|engine| match engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(client) => client.batch(&format!("LOCK TABLE {table} IN SHARE MODE")),
        })
    }

    /// Lets the statements that follow in this transaction take as long as they need, such as one that goes through all
    /// assets. SQLite's statements always may.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lift_statement_timeout(&mut self) -> Result<()> {
        self.run(|engine| match engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(client) => client.batch("SET LOCAL statement_timeout = 0"),
        })
    }

    /// Whether there is such a table: before the first migration there is none.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub fn has_table(&mut self, name: &str) -> Result<bool> {
        let sql = match self.engine {
            Engine::Sqlite(_) => {
                "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1"
            }
            Engine::Postgres(_) => {
                "SELECT COUNT(*) FROM pg_tables WHERE schemaname = ANY(current_schemas(FALSE)) AND tablename = $1"
            }
        };
        let found: i64 = self.query_one(sql, &[name.into()], |row| row.get(0))?;
        Ok(found > 0)
    }

    /// The one row of an answer that always has one.
    ///
    /// # Errors
    /// As [`query`](Self::query), and when there is no row.
    pub fn query_one<T>(
        &mut self,
        sql: &str,
        parameters: &[Value],
        convert: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.query_optional(sql, parameters, convert)?
            .ok_or_else(|| DatabaseError::Other("a query that always has a row had none".into()))
    }
}

fn each_row(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: &[Value],
    mut take: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(&sqlite_dialect(sql))?;
    let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
    while let Some(row) = rows.next()? {
        take(&Row(RowEngine::Sqlite(row)))?;
    }
    Ok(())
}

fn sqlite_dialect(sql: &str) -> String {
    sql.replace('$', "?").replace("IN LIST(", "IN rarray(")
}

fn postgres_dialect(sql: &str) -> String {
    sql.replace("IN LIST(", "= ANY(")
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match &error {
            rusqlite::Error::SqliteFailure(failure, _) => {
                match (failure.code, failure.extended_code) {
                    (ErrorCode::ConstraintViolation, rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE)
                    | (
                        ErrorCode::ConstraintViolation,
                        rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
                    ) => Self::Duplicate,
                    (ErrorCode::DiskFull, _) => Self::Full(text),
                    (ErrorCode::CannotOpen | ErrorCode::DatabaseBusy, _) => Self::Unavailable(text),
                    _ => Self::Other(text),
                }
            }
            _ => Self::Other(text),
        }
    }
}

impl From<postgres::Error> for DatabaseError {
    fn from(error: postgres::Error) -> Self {
        let Some(answer) = error.as_db_error() else {
            return if error.is_closed() || error.code().is_none() {
                Self::Unavailable(describe(&error))
            } else {
                Self::Other(describe(&error))
            };
        };
        let text = format!("{} ({})", answer.message(), answer.code().code());
        match *answer.code() {
            SqlState::UNIQUE_VIOLATION => Self::Duplicate,
            SqlState::DISK_FULL => Self::Full(text),
            SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => {
                Self::Conflict(text)
            }
            // A statement that took too long, a server that stops, starts or is full.
            SqlState::QUERY_CANCELED
            | SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::TOO_MANY_CONNECTIONS => Self::Unavailable(text),
            _ => Self::Other(text),
        }
    }
}

/// The error with its causes: the crate's own text leaves them out.
pub(crate) fn describe(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
