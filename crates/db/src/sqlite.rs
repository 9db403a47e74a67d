use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use tokio::sync::oneshot;

use crate::{
    Committed, Connection, DatabaseError, DatabaseSettings, Result, change, fold, private,
    statistics,
};

/// How many transactions share one commit at most.
const BATCH: usize = 256;

/// Page cache of the writing connection and of each reading one, in KiB.
const WRITER_CACHE: i64 = 4096;
const READER_CACHE: i64 = 1024;

/// How many different statements a connection keeps prepared.
const STATEMENTS: usize = 128;

/// The embedded database: one writing thread, and a reading connection for whoever asks.
///
/// Everyone's transactions go to the writing thread. It runs those that are waiting one after another,
/// each in a savepoint, and commits them together: while one commit waits for the disk the next batch gathers,
/// so the disk's latency is shared instead of queued for.
pub(crate) struct Sqlite {
    file: PathBuf,
    readers: Mutex<Vec<rusqlite::Connection>>,
    writer: OnceLock<Mutex<Sender<Order>>>,
}

enum Order {
    Transaction(Box<dyn Transaction>),
    Close(oneshot::Sender<()>),
}

/// A transaction on its way: run inside a batch, told when the batch is committed.
trait Transaction: Send {
    /// Answers whether its changes are to be kept.
    fn run(&mut self, connection: &rusqlite::Connection) -> bool;
    fn finish(self: Box<Self>, committed: Result<()>);
}

struct Pending<T, E, F> {
    work: F,
    result: Option<std::result::Result<Committed<T>, E>>,
    reply: oneshot::Sender<std::result::Result<Committed<T>, E>>,
}

impl<T, E, F> Transaction for Pending<T, E, F>
where
    T: Send,
    E: From<DatabaseError> + Send,
    F: FnMut(&mut Connection<'_>) -> std::result::Result<T, E> + Send,
{
    fn run(&mut self, connection: &rusqlite::Connection) -> bool {
        let mut connection = Connection::sqlite(connection);
        let work = AssertUnwindSafe(|| (self.work)(&mut connection));
        let result = catch_unwind(work).unwrap_or_else(|_| {
            Err(DatabaseError::Other("a transaction stopped in the middle".into()).into())
        });
        let settled = connection.settle(result);
        let keep = settled.is_ok();
        self.result = Some(settled);
        keep
    }

    fn finish(self: Box<Self>, committed: Result<()>) {
        let result = match (self.result, committed) {
            (Some(Err(refused)), _) => Err(refused),
            (_, Err(failed)) => Err(failed.into()),
            (Some(Ok(committed)), Ok(())) => Ok(committed),
            (None, Ok(())) => Err(DatabaseError::Other("a transaction was not run".into()).into()),
        };
        // Whoever asked may have gone away; what is committed stays committed.
        drop(self.reply.send(result));
    }
}

/// The database holds hashes of passwords, so it is the account's only, with its log and its copies. What SQLite makes
/// beside it gets the same permissions.
fn close_to_others(settings: &DatabaseSettings) -> std::io::Result<()> {
    private::create_file(&settings.file)?;
    let name = settings.file.file_name().unwrap_or_default();
    if let Some(folder) = settings.file.parent() {
        private::close_all(folder, &name.to_string_lossy())?;
    }
    if settings.snapshots.is_dir() {
        private::close(&settings.snapshots)?;
    }
    private::close_all(&settings.snapshots, "")
}

impl Sqlite {
    pub(crate) fn open(settings: &DatabaseSettings) -> Result<Self> {
        close_to_others(settings).map_err(|error| {
            DatabaseError::Unavailable(format!("{}: {error}", settings.file.display()))
        })?;
        let sqlite = Self {
            file: settings.file.clone(),
            readers: Mutex::new(Vec::new()),
            writer: OnceLock::new(),
        };
        sqlite.open_writer()?;
        Ok(sqlite)
    }

    pub(crate) fn open_writer(&self) -> Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(&self.file)?;
        connection.busy_timeout(Duration::from_secs(30))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "analysis_limit", statistics::ROWS)?;
        prepare(&connection)?;
        Ok(connection)
    }

    fn open_reader(&self) -> Result<rusqlite::Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(Duration::from_secs(30))?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -READER_CACHE)?;
        prepare(&connection)?;
        Ok(connection)
    }

    /// Runs a read of one statement.
    pub(crate) fn read<T, E: From<DatabaseError>>(
        &self,
        query: impl FnOnce(&mut Connection<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.with_reader(|reader| Connection::sqlite(reader).limited_to(1).answer(query))
    }

    /// Runs a read of several statements, in one consistent view of the data.
    pub(crate) fn read_consistent<T, E: From<DatabaseError>>(
        &self,
        query: impl FnOnce(&mut Connection<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.with_reader(|reader| {
            statement(reader, "BEGIN")?;
            let done = Connection::sqlite(reader).answer(query);
            // Nothing was written, so this is the end whether it failed or not.
            statement(reader, "COMMIT")?;
            done
        })
    }

    /// Lends a connection that no one else uses. There are as many as are used at once: one for each long read that is
    /// permitted, and one for each thread of the runtime that reads where it is.
    fn with_reader<T, E: From<DatabaseError>>(
        &self,
        read: impl FnOnce(&rusqlite::Connection) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let idle = self.readers().pop();
        let reader = match idle {
            Some(reader) => reader,
            None => self.open_reader()?,
        };
        let done = read(&reader);
        if reader.is_autocommit() {
            self.readers().push(reader);
        }
        done
    }

    fn readers(&self) -> MutexGuard<'_, Vec<rusqlite::Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a copy of the database as it is at one moment into a new file. Others read and write meanwhile.
    pub(crate) fn copy(&self, to: &Path) -> Result<()> {
        let connection = self.open_reader()?;
        // It would take the copy for a change.
        connection.pragma_update(None, "query_only", false)?;
        copy_into(&connection, to)
    }

    /// Whether anything was to be written since the database was opened.
    pub(crate) fn has_written(&self) -> bool {
        self.writer.get().is_some()
    }

    /// Closes the idle readers. New ones plan by the statistics as they are now.
    pub(crate) fn forget_readers(&self) {
        self.readers().clear();
    }

    pub(crate) async fn write<T, E, F>(&self, work: F) -> std::result::Result<Committed<T>, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
        F: FnMut(&mut Connection<'_>) -> std::result::Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Transaction(Box::new(Pending {
            work,
            result: None,
            reply,
        })))?;
        answer.await.unwrap_or_else(|_| {
            Err(DatabaseError::Unavailable("the database was closed".into()).into())
        })
    }

    fn order(&self, order: Order) -> Result<()> {
        let writer = match self.writer.get() {
            Some(writer) => writer,
            None => {
                let writer = start_writer(self.open_writer()?)?;
                self.writer.get_or_init(|| Mutex::new(writer))
            }
        };
        let closed = |_| DatabaseError::Unavailable("the database was closed".into());
        writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .send(order)
            .map_err(closed)
    }

    pub(crate) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.order(Order::Close(reply)).is_ok() && closed.await.is_ok() {
            self.forget_readers();
        }
    }
}

/// Writes a copy of a database into a new file, which is durable then, but for its name.
pub(crate) fn copy_into(connection: &rusqlite::Connection, to: &Path) -> Result<()> {
    let unavailable = |error: std::io::Error| {
        DatabaseError::Unavailable(format!("no copy of the database could be made: {error}"))
    };
    // An empty file is taken for none.
    private::create_file(to).map_err(unavailable)?;
    connection.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    let copy = std::fs::File::open(to).map_err(unavailable)?;
    copy.sync_all().map_err(unavailable)
}

fn prepare(connection: &rusqlite::Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise SQLite plans a prepared statement again whenever a bound LIMIT or a bound value could make another
    // plan better, which costs more than the short reads themselves.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    rusqlite::vtab::array::load_module(connection)?;
    serve_clock(connection)?;
    serve_fold(connection)
}

/// Gives the connection the clock that PostgreSQL has from its migrations. There is one server, so it is this process's.
fn serve_clock(connection: &rusqlite::Connection) -> Result<()> {
    connection.create_scalar_function("clock_micros", 0, FunctionFlags::SQLITE_UTF8, |_| {
        Ok(Timestamp::now().as_microsecond())
    })?;
    Ok(())
}

/// Gives the connection the [`fold`] that PostgreSQL has from its migrations. Triggers use it, and only those that write a
/// text.
fn serve_fold(connection: &rusqlite::Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("fold_text", 1, flags, |arguments| {
        let text = arguments.get::<Option<String>>(0)?;
        Ok(text.as_deref().map(fold))
    })?;
    Ok(())
}

/// Gives a connection every function that statements use.
#[cfg(feature = "checked-statements")]
pub(crate) fn serve_functions(connection: &rusqlite::Connection) -> Result<()> {
    rusqlite::vtab::array::load_module(connection)?;
    serve_clock(connection)?;
    serve_fold(connection)?;
    ChangeCounter::default().serve(connection)
}

fn start_writer(connection: rusqlite::Connection) -> Result<Sender<Order>> {
    let (sender, orders) = channel();
    let changes = ChangeCounter::default();
    changes.serve(&connection)?;
    std::thread::Builder::new()
        .name("database-writer".into())
        .spawn(move || write_batches(connection, &changes, &orders))
        .map_err(|error| {
            DatabaseError::Unavailable(format!("no thread for the database: {error}"))
        })?;
    Ok(sender)
}

/// The counter of change ids while a batch is written; between batches it is in the database, since another
/// process may write in between.
#[derive(Clone, Default)]
struct ChangeCounter(Arc<AtomicI64>);

impl ChangeCounter {
    /// Gives the connection the functions that PostgreSQL has from its migrations.
    fn serve(&self, connection: &rusqlite::Connection) -> Result<()> {
        let counter = self.0.clone();
        connection.create_scalar_function(
            "next_change_id",
            0,
            FunctionFlags::SQLITE_UTF8,
            move |_| {
                let number = counter.fetch_add(1, Ordering::Relaxed) + 1;
                Ok(change::encode(number, Timestamp::now().as_microsecond()))
            },
        )?;
        let counter = self.0.clone();
        connection.create_scalar_function(
            "raise_change_counter",
            1,
            FunctionFlags::SQLITE_UTF8,
            move |arguments| {
                let at_least = arguments.get::<i64>(0)?;
                let before = counter.fetch_max(at_least, Ordering::Relaxed);
                Ok(before.max(at_least))
            },
        )?;
        Ok(())
    }

    fn load(&self, connection: &rusqlite::Connection) -> Result<()> {
        let mut last = connection.prepare_cached("SELECT last FROM change_counter")?;
        let last = last.query_row([], |row| row.get(0))?;
        self.0.store(last, Ordering::Relaxed);
        Ok(())
    }

    fn store(&self, connection: &rusqlite::Connection) -> Result<()> {
        let last = self.0.load(Ordering::Relaxed);
        connection
            .prepare_cached("UPDATE change_counter SET last = ?1 WHERE last < ?1")?
            .execute([last])?;
        Ok(())
    }
}

fn write_batches(
    connection: rusqlite::Connection,
    changes: &ChangeCounter,
    orders: &Receiver<Order>,
) {
    while let Ok(first) = orders.recv() {
        let mut batch = Vec::new();
        let mut closing = None;
        let waiting = std::iter::once(first).chain(std::iter::from_fn(|| orders.try_recv().ok()));
        for order in waiting.take(BATCH) {
            match order {
                Order::Transaction(transaction) => batch.push(transaction),
                Order::Close(reply) => closing = Some(reply),
            }
        }
        if !batch.is_empty() {
            commit(&connection, changes, batch);
        }
        if let Some(reply) = closing {
            drop(connection);
            let gone = reply.send(()).is_err();
            tracing::debug!(gone, "the database is closed");
            return;
        }
    }
}

fn commit(
    connection: &rusqlite::Connection,
    changes: &ChangeCounter,
    mut batch: Vec<Box<dyn Transaction>>,
) {
    let committed = run(connection, changes, &mut batch);
    if committed.is_err() && !connection.is_autocommit() {
        // Nothing better can be done when even this fails; the next BEGIN will say so.
        drop(connection.execute_batch("ROLLBACK"));
    }
    for transaction in batch {
        transaction.finish(committed.clone());
    }
}

fn run(
    connection: &rusqlite::Connection,
    changes: &ChangeCounter,
    batch: &mut [Box<dyn Transaction>],
) -> Result<()> {
    statement(connection, "BEGIN IMMEDIATE")?;
    changes.load(connection)?;
    for transaction in batch {
        statement(connection, "SAVEPOINT one")?;
        let keep = transaction.run(connection);
        if connection.is_autocommit() {
            // A full disk or a damaged file makes SQLite drop the whole batch.
            return Err(DatabaseError::Full("the database could not write".into()));
        }
        if !keep {
            statement(connection, "ROLLBACK TO one")?;
        }
        statement(connection, "RELEASE one")?;
    }
    changes.store(connection)?;
    statement(connection, "COMMIT")
}

fn statement(connection: &rusqlite::Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
