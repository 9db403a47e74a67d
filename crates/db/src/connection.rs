use postgres::error::SqlState;
use rusqlite::ErrorCode;
use uuid::Uuid;

use crate::postgres::CachedClient;
use crate::{DatabaseError, Result, Value};

/// Rows that one statement inserts at most; their values have to stay below what either engine binds at once.
const ROWS_A_STATEMENT: usize = 500;

/// A connection inside a read or a transaction.
pub struct Connection<'a> {
    engine: Engine<'a>,
    marks: Vec<Mark>,
    channels: Vec<Channel>,
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
        Self {
            engine: Engine::Sqlite(connection),
            marks: Vec::new(),
            channels: Vec::new(),
        }
    }

    pub(crate) fn postgres(client: &'a mut CachedClient) -> Self {
        Self {
            engine: Engine::Postgres(client),
            marks: Vec::new(),
            channels: Vec::new(),
        }
    }

    /// What the transaction marked, and the channels that it notifies.
    pub(crate) fn into_outcome(self) -> (Vec<Mark>, Vec<Channel>) {
        (self.marks, self.channels)
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
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sqlite_dialect(sql))?;
                let touched = statement.execute(rusqlite::params_from_iter(parameters))?;
                Ok(touched as u64)
            }
            Engine::Postgres(client) => client.execute(&postgres_dialect(sql), parameters),
        }
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

    /// Every row of an answer, converted by `convert`.
    ///
    /// # Errors
    /// When the database refuses the query or `convert` a row.
    pub fn query<T>(
        &mut self,
        sql: &str,
        parameters: &[Value],
        mut convert: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sqlite_dialect(sql))?;
                let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
                let mut converted = Vec::new();
                while let Some(row) = rows.next()? {
                    converted.push(convert(&Row(RowEngine::Sqlite(row)))?);
                }
                Ok(converted)
            }
            Engine::Postgres(client) => {
                let rows = client.query(&postgres_dialect(sql), parameters)?;
                rows.iter()
                    .map(|row| convert(&Row(RowEngine::Postgres(row))))
                    .collect()
            }
        }
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
        if let Engine::Postgres(client) = &mut self.engine {
            let sql = format!("SELECT 1 FROM {table} WHERE id = $1 FOR NO KEY UPDATE");
            client.query(&sql, &[id.into()])?;
        }
        Ok(())
    }

    /// Waits until every transaction that has written to a table by now is decided. What a process sent to PostgreSQL
    /// before it ended may still be committed after its end; with the embedded database it ended, too.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub fn wait_for_writers(&mut self, table: &str) -> Result<()> {
        if let Engine::Postgres(client) = &mut self.engine {
            client.execute(&format!("LOCK TABLE {table} IN SHARE MODE"), &[])?;
        }
        Ok(())
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
            // What a row refers to was there when it was looked for, and has been deleted since: the transaction has to
            // see that for itself.
            SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::T_R_DEADLOCK_DETECTED
            | SqlState::FOREIGN_KEY_VIOLATION => Self::Conflict(text),
            _ => Self::Other(text),
        }
    }
}

/// The error with its causes: the crate's own text leaves them out.
fn describe(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
