use std::borrow::Cow;

use postgres::error::SqlState;
use rusqlite::ErrorCode;
use uuid::Uuid;

#[cfg(feature = "checked-statements")]
use crate::ColumnType;
#[cfg(feature = "checked-statements")]
use crate::checked::Checked;
use crate::postgres::CachedClient;
use crate::{Committed, DatabaseError, FromRow, Result, Row, Sql, Value};

/// Rows that one statement inserts at most; their values have to stay below what either engine binds at once.
const ROWS_A_STATEMENT: usize = 500;

/// Queries that are merged at once at most; SQLite takes 500.
const MERGED_QUERIES: usize = 400;

/// A connection inside a read or a transaction.
pub struct Connection<'a> {
    engine: Engine<'a>,
    marks: Vec<Mark>,
    notices: Vec<Notice>,
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

/// Something that a transaction tells when it is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub channel: Channel,
    /// Empty when the channel says all.
    pub text: String,
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
            notices: Vec::new(),
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
        self.settle(done).map(|committed| committed.value)
    }

    /// What is to be committed, and told, once the closure has ended. Nothing is when a statement
    /// failed, even if the closure did not pass that on: PostgreSQL would answer the COMMIT and roll back, and SQLite
    /// would keep what the other statements did.
    pub(crate) fn settle<T, E: From<DatabaseError>>(
        self,
        done: Result<T, E>,
    ) -> Result<Committed<T>, E> {
        let value = done?;
        match self.failure {
            Some(failure) => Err(DatabaseError::Swallowed(failure.to_string()).into()),
            None => Ok(Committed {
                value,
                marks: self.marks,
                notices: self.notices,
            }),
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

    /// What is written for one engine or the other: SQL of what only one of them has.
    #[must_use]
    pub fn choose<T>(&self, sqlite: T, postgres: T) -> T {
        match self.engine {
            Engine::Sqlite(_) => sqlite,
            Engine::Postgres(_) => postgres,
        }
    }

    /// Notes something for whoever commits this transaction.
    pub fn mark(&mut self, mark: Mark) {
        if !self.marks.contains(&mark) {
            self.marks.push(mark);
        }
    }

    /// Has this transaction, when it is committed, tell every process that [listens](crate::Database::listen) on a
    /// channel. The embedded database has one process, which knows by what was [committed](Committed).
    pub fn notify(&mut self, channel: Channel) {
        self.tell(channel, String::new());
    }

    /// As [`notify`](Self::notify), with a text of less than 8,000 bytes, which is all that PostgreSQL carries.
    pub fn tell(&mut self, channel: Channel, text: String) {
        let notice = Notice { channel, text };
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// What makes a query pass over rows that another transaction has locked. The embedded database needs nothing:
    /// its transactions run one after the other.
    #[must_use]
    pub fn skip_locked(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite(_) => "",
            Engine::Postgres(_) => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// What makes a query lock the rows that it answers, after waiting for whoever has changed them or refers to them; no
    /// one can refer to them from then on. The embedded database needs nothing.
    #[must_use]
    pub fn for_deletion(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite(_) => "",
            Engine::Postgres(_) => " FOR UPDATE",
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

    /// SQL for the first rows of several queries together. Each of them has to find its rows in that order through an
    /// index: they are merged, and of none more is read than is answered. `order` names columns of the answer.
    pub fn merge(&self, queries: Vec<Sql>, order: &'static str, limit: i64) -> Sql {
        if queries.len() > MERGED_QUERIES {
            let groups = queries.chunks(MERGED_QUERIES).map(|group| {
                Sql::new("SELECT * FROM (")
                    .append(self.merge(group.to_vec(), order, limit))
                    .push(") AS merged")
            });
            return self.merge(groups.collect(), order, limit);
        }
        let first = |sql: Sql| {
            sql.push(" ORDER BY ")
                .push(order)
                .push(" LIMIT ")
                .bind(limit)
        };
        // PostgreSQL merges what is in order already, and has to be told to bring it into order. SQLite orders the
        // queries by itself; one that says so too would be read to its end, and sorted.
        let is_told = !self.is_embedded() && queries.len() > 1;
        let parts = queries.into_iter().map(|query| match is_told {
            true => Sql::new("(").append(first(query)).push(")"),
            false => query,
        });
        first(Sql::default().join(parts, " UNION ALL "))
    }

    /// Has SQLite search the table that a statement has just named by one index: without statistics it may prefer another
    /// that gives the wanted order. PostgreSQL cannot be told, and knows by its statistics.
    pub fn by_index(&self, sql: Sql, index: &'static str) -> Sql {
        match self.is_embedded() {
            true => sql.push(" INDEXED BY ").push(index),
            false => sql,
        }
    }

    /// Runs a statement and answers how many rows it touched.
    ///
    /// # Errors
    /// When the database refuses it.
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn execute(&mut self, sql: &'static str, parameters: &[Value]) -> Result<u64> {
        self.execute_text(sql, parameters)
    }

    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub(crate) fn execute_text(&mut self, sql: &str, parameters: &[Value]) -> Result<u64> {
        #[cfg(feature = "checked-statements")]
        self.check(sql, None)?;
        self.run(|engine| match engine {
            Engine::Sqlite(connection) => {
                let mut statement = sqlite_statement(connection, sql, parameters)?;
                Ok(statement.raw_execute()? as u64)
            }
            Engine::Postgres(client) => client.execute(sql, parameters),
        })
    }

    /// Inserts many rows with few statements. `statement` names the table and the columns, `conflict` says what to do
    /// with rows that are there.
    ///
    /// # Errors
    /// When the database refuses them.
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn insert_many<const COLUMNS: usize>(
        &mut self,
        statement: &'static str,
        rows: Vec<[Value; COLUMNS]>,
        conflict: &'static str,
    ) -> Result<()> {
        self.insert_rows(statement, rows, "", conflict)
    }

    /// As [`insert_many`](Self::insert_many), for rows whose last column is their change id.
    ///
    /// # Errors
    /// When the database refuses them.
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn insert_changes<const COLUMNS: usize>(
        &mut self,
        statement: &'static str,
        rows: Vec<[Value; COLUMNS]>,
        conflict: &'static str,
    ) -> Result<()> {
        self.insert_rows(statement, rows, ", next_change_id()", conflict)
    }

    #[cfg_attr(feature = "checked-statements", track_caller)]
    fn insert_rows<const COLUMNS: usize>(
        &mut self,
        statement: &'static str,
        rows: Vec<[Value; COLUMNS]>,
        last: &'static str,
        conflict: &'static str,
    ) -> Result<()> {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let tuples = rows.by_ref().take(ROWS_A_STATEMENT).map(|row| {
                let values = row.map(|value| Sql::default().bind(value));
                Sql::new("(").join(values, ", ").push(last).push(")")
            });
            let sql = Sql::new(statement).push(" VALUES ").join(tuples, ", ");
            sql.push(" ").push(conflict).execute(self)?;
        }
        Ok(())
    }

    /// Sets columns of the row whose `key` is `id`, with a new change id.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn update_row(
        &mut self,
        table: &'static str,
        key: &'static str,
        id: Uuid,
        values: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Result<()> {
        let sql = Sql::new("UPDATE ")
            .push(table)
            .push(" SET update_id = next_change_id()");
        let sql = values.into_iter().fold(sql, |sql, (column, value)| {
            sql.push(", ").push(column).push(" = ").bind(value)
        });
        let sql = sql.push(" WHERE ").push(key).push(" = ").bind(id);
        sql.execute(self).map(drop)
    }

    /// Every row of an answer. All of them are in memory at once: see [`query_each`](Self::query_each) for more than a few
    /// thousand.
    ///
    /// # Errors
    /// When the database refuses the query, or a row is another one.
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn query<T: FromRow>(&mut self, sql: &'static str, parameters: &[Value]) -> Result<Vec<T>> {
        self.query_text(sql, parameters)
    }

    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub(crate) fn query_text<T: FromRow>(
        &mut self,
        sql: &str,
        parameters: &[Value],
    ) -> Result<Vec<T>> {
        #[cfg(feature = "checked-statements")]
        self.check(sql, Some(T::add_columns))?;
        self.run(|engine| match engine {
            Engine::Sqlite(connection) => {
                let mut read = Vec::new();
                each_row(connection, sql, parameters, |row| {
                    read.push(row);
                    Ok(())
                })?;
                Ok(read)
            }
            Engine::Postgres(client) => {
                let rows = client.query(sql, parameters)?;
                rows.iter()
                    .map(|row| T::read(&mut Row::postgres(row)))
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
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn query_each<T: FromRow>(
        &mut self,
        sql: &'static str,
        parameters: &[Value],
        take: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        self.query_each_text(sql, parameters, take)
    }

    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub(crate) fn query_each_text<T: FromRow>(
        &mut self,
        sql: &str,
        parameters: &[Value],
        mut take: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        #[cfg(feature = "checked-statements")]
        self.check(sql, Some(T::add_columns))?;
        self.run(|engine| match engine {
            Engine::Sqlite(connection) => each_row(connection, sql, parameters, take),
            Engine::Postgres(client) => client.query_each(sql, parameters, |row| {
                take(T::read(&mut Row::postgres(row))?)
            }),
        })
    }

    /// The first row of an answer, if there is one.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn query_optional<T: FromRow>(
        &mut self,
        sql: &'static str,
        parameters: &[Value],
    ) -> Result<Option<T>> {
        Ok(self.query(sql, parameters)?.into_iter().next())
    }

    /// The one row of an answer that always has one.
    ///
    /// # Errors
    /// As [`query`](Self::query), and when there is no row.
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn query_one<T: FromRow>(&mut self, sql: &'static str, parameters: &[Value]) -> Result<T> {
        required(self.query_optional(sql, parameters)?)
    }

    /// Checks a statement for the tests.
    #[cfg(feature = "checked-statements")]
    #[track_caller]
    fn check(&mut self, sql: &str, add_columns: Option<fn(&mut Vec<ColumnType>)>) -> Result<()> {
        let mut columns = Vec::new();
        if let Some(add_columns) = add_columns {
            add_columns(&mut columns);
        }
        let engine = match &mut self.engine {
            Engine::Sqlite(connection) => Checked::Sqlite(connection),
            Engine::Postgres(client) => Checked::Postgres(client),
        };
        engine.check(sql, &columns, std::panic::Location::caller())
    }

    /// Keeps other transactions from changing a row between this one's reads and its writes. The embedded
    /// database needs nothing for it: its transactions run one after the other.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn lock(&mut self, table: &'static str, id: Uuid) -> Result<()> {
        if self.is_embedded() {
            return Ok(());
        }
        let sql = Sql::new("SELECT id FROM ")
            .push(table)
            .push(" WHERE id = ")
            .bind(id);
        let locked = sql.push(" FOR NO KEY UPDATE").query_optional::<Uuid>(self);
        locked.map(drop)
    }

    /// Waits until every transaction that has written to a table by now is decided. What a process sent to PostgreSQL
    /// before it ended may still be committed after its end; with the embedded database it ended, too.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn wait_for_writers(&mut self, table: &'static str) -> Result<()> {
        if self.is_embedded() {
            return Ok(());
        }
        self.lift_statement_timeout()?;
        let sql = Sql::new("LOCK TABLE ").push(table).push(" IN SHARE MODE");
        sql.execute(self).map(drop)
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
    #[cfg_attr(feature = "checked-statements", track_caller)]
    pub fn has_table(&mut self, name: &str) -> Result<bool> {
        let sql = match self.engine {
            Engine::Sqlite(_) => {
                "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1"
            }
            Engine::Postgres(_) => {
                "SELECT COUNT(*) FROM pg_tables WHERE schemaname = ANY(current_schemas(FALSE)) AND tablename = $1"
            }
        };
        let found: i64 = self.query_one(sql, &[name.into()])?;
        Ok(found > 0)
    }
}

/// The row of a query that always has one.
pub(crate) fn required<T>(row: Option<T>) -> Result<T> {
    row.ok_or_else(|| DatabaseError::Other("a query that always has a row had none".into()))
}

fn each_row<T: FromRow>(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: &[Value],
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let mut statement = sqlite_statement(connection, sql, parameters)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        take(T::read(&mut Row::sqlite(row))?)?;
    }
    Ok(())
}

/// A statement with its parameters. To SQLite `$2` is a name and not a number, so it is asked which name each has.
fn sqlite_statement<'a>(
    connection: &'a rusqlite::Connection,
    sql: &str,
    parameters: &[Value],
) -> Result<rusqlite::CachedStatement<'a>> {
    let mut statement = connection.prepare_cached(&sqlite_dialect(sql))?;
    let count = statement.parameter_count();
    if count != parameters.len() {
        return Err(rusqlite::Error::InvalidParameterCount(parameters.len(), count).into());
    }
    for index in 1..=count {
        let number = match statement.parameter_name(index) {
            Some(name) => parameter_number(name),
            None => Some(index),
        };
        let value = number.and_then(|number| parameters.get(number - 1));
        let missing = || DatabaseError::Other(format!("a parameter without a value: {sql}"));
        statement.raw_bind_parameter(index, value.ok_or_else(missing)?)?;
    }
    Ok(statement)
}

/// The 2 of `$2`.
fn parameter_number(name: &str) -> Option<usize> {
    let number = name.strip_prefix('$')?.parse().ok()?;
    (number > 0).then_some(number)
}

pub(crate) fn sqlite_dialect(sql: &str) -> Cow<'_, str> {
    in_dialect(sql, "IN rarray(")
}

pub(crate) fn postgres_dialect(sql: &str) -> Cow<'_, str> {
    in_dialect(sql, "= ANY(")
}

/// The text with the engine's own form of a list parameter.
fn in_dialect<'a>(sql: &'a str, list: &str) -> Cow<'a, str> {
    match sql.contains("IN LIST(") {
        true => sql.replace("IN LIST(", list).into(),
        false => sql.into(),
    }
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
