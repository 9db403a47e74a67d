//! Checks statements while tests run them: what they answer, and how they are planned. Only tests are built with this.
//!
//! Where `KALLITYPE_TEST_STATEMENTS` names a folder, the first run of a statement anywhere in a run of the tests also looks
//! at the columns that it answers and at its plan. A statement that answers other columns than its reader takes is
//! refused, and so is one that goes through all of a [large table](LARGE), unless its text says why it may
//! ([`PERMISSION`]): a refused statement fails the test that ran it. What was found is written to the folder, for
//! `tests/statements.rs`.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use postgres::SimpleQueryMessage;
use rusqlite::fallible_iterator::FallibleIterator;
use sha2::{Digest, Sha256};

use crate::connection::{postgres_dialect, sqlite_dialect};
use crate::postgres::CachedClient;
use crate::{ColumnType, DatabaseError, Result, sqlite};

#[cfg(not(debug_assertions))]
compile_error!("checked-statements is for tests: it makes statements slow, and refuses some");

/// The tables that nothing a request asks for may go through.
const LARGE: &[&str] = &[
    "asset",
    "asset_face",
    "exif",
    "job",
    "timeline_asset",
    "search_asset",
    "search_words",
];

/// What a statement says that may go through a large table, before the reason.
const PERMISSION: &str = "/* scan: ";

static FOLDER: LazyLock<Option<PathBuf>> =
    LazyLock::new(|| std::env::var_os("KALLITYPE_TEST_STATEMENTS").map(Into::into));

/// What this process has seen, so that the folder is asked once for each.
static SEEN: LazyLock<Mutex<HashSet<PathBuf>>> = LazyLock::new(Mutex::default);

/// An engine to check a statement on.
pub(crate) enum Checked<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut CachedClient),
}

/// What an engine says of a statement.
struct Answer {
    /// As far as the engine knows their types.
    columns: Vec<Option<ColumnType>>,
    plan: String,
    scanned: Vec<&'static str>,
}

impl Checked<'_> {
    /// Checks a statement, unless some process has.
    ///
    /// # Errors
    /// When it is refused.
    pub(crate) fn check(
        self,
        sql: &str,
        wanted: &[ColumnType],
        caller: &Location<'_>,
    ) -> Result<()> {
        let Some(root) = &*FOLDER else {
            return Ok(());
        };
        let folder = root.join(self.name());
        let place = format!("{}:{}", caller.file().replace('/', "+"), caller.line());
        record(root, &folder.join("callers").join(place), "")?;
        let reading = format!("{sql} {wanted:?}");
        let file = folder.join(hex::encode(&Sha256::digest(reading)[..16]));
        if is_seen(&file) {
            return Ok(());
        }
        let answer = self.ask(sql)?;
        refuse_columns(sql, &answer, wanted)?;
        refuse_scans(sql, &answer)?;
        record(root, &file, &format!("{sql}\n\n{}", answer.plan))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    fn ask(self, sql: &str) -> Result<Answer> {
        match self {
            Self::Sqlite(connection) => ask_sqlite(connection, sql),
            Self::Postgres(client) => ask_postgres(client, sql),
        }
    }
}

fn is_seen(file: &Path) -> bool {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.contains(file) || file.exists()
}

/// Writes a file that many processes may write at once, each the same.
fn record(root: &Path, file: &Path, text: &str) -> Result<()> {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.insert(file.to_owned()) || file.exists() {
        return Ok(());
    }
    place(root, file, text)
        .map_err(|error| DatabaseError::Other(format!("{}: {error}", file.display())))
}

/// Puts a file into its place whole, or not at all: tests kill servers at any moment.
fn place(root: &Path, file: &Path, text: &str) -> io::Result<()> {
    let unfinished = root.join(format!("unfinished-{}", std::process::id()));
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, file)
}

fn refuse_columns(sql: &str, answer: &Answer, wanted: &[ColumnType]) -> Result<()> {
    let fits = |(known, wanted): (&Option<ColumnType>, &ColumnType)| {
        known.is_none_or(|known| known == *wanted)
    };
    let is_right =
        answer.columns.len() == wanted.len() && answer.columns.iter().zip(wanted).all(fits);
    match is_right {
        true => Ok(()),
        false => Err(DatabaseError::Other(format!(
            "a statement answers {:?}, but {wanted:?} is read: {sql}",
            answer.columns
        ))),
    }
}

fn refuse_scans(sql: &str, answer: &Answer) -> Result<()> {
    // What gathers statistics has a limit of its own.
    let is_upkeep = sql.starts_with("PRAGMA ") || sql.starts_with("ANALYZE ");
    let is_allowed = sql.contains(PERMISSION) || is_upkeep;
    if answer.scanned.is_empty() || is_allowed {
        return Ok(());
    }
    Err(DatabaseError::Other(format!(
        "a statement reads all of {}: {sql}\n{}",
        answer.scanned.join(", "),
        answer.plan
    )))
}

/// An empty database with the schema of the one that is checked, so that plans do not depend on statistics.
static SCHEMA: Mutex<Option<rusqlite::Connection>> = Mutex::new(None);

fn ask_sqlite(connection: &rusqlite::Connection, sql: &str) -> Result<Answer> {
    let sql = sqlite_dialect(sql);
    let statement = connection.prepare(&sql)?;
    let columns = statement.columns();
    let columns = columns
        .map(|column| sqlite_type(column.decl_type()?))
        .collect();
    let mut schema = SCHEMA.lock().unwrap_or_else(PoisonError::into_inner);
    let (plan, scanned) = match schema.as_ref().map(|schema| explain_sqlite(schema, &sql)) {
        Some(Ok(explained)) => explained,
        // The schema was not there yet, or has been migrated since.
        _ => explain_sqlite(schema.insert(copy_schema(connection)?), &sql)?,
    };
    Ok(Answer {
        columns,
        plan,
        scanned,
    })
}

fn sqlite_type(declared: &str) -> Option<ColumnType> {
    match declared {
        "BOOLEAN" => Some(ColumnType::Boolean),
        "BIGINT" | "INTEGER" => Some(ColumnType::Integer),
        "DOUBLE PRECISION" | "REAL" => Some(ColumnType::Real),
        "TEXT" => Some(ColumnType::Text),
        "BYTEA" | "BLOB" => Some(ColumnType::Bytes),
        "UUID" => Some(ColumnType::Uuid),
        _ => None,
    }
}

fn copy_schema(connection: &rusqlite::Connection) -> Result<rusqlite::Connection> {
    let copy = rusqlite::Connection::open_in_memory()?;
    sqlite::serve_functions(&copy)?;
    // What a virtual table keeps its rows in comes with it.
    let statements = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' \
        AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY rowid";
    let mut statements = connection.prepare(statements)?;
    let statements: Vec<String> = statements.query([])?.map(|row| row.get(0)).collect()?;
    for statement in statements {
        copy.execute_batch(&statement)?;
    }
    Ok(copy)
}

/// The root of a table that is there for one statement.
const NO_ROOT: i64 = -1;

/// The plan, and the large tables that the statement goes through from end to end, by themselves or by an index of all
/// their rows. The program that SQLite runs says so: it opens cursors on tables and indexes, and rewinds those that
/// it goes through.
fn explain_sqlite(schema: &rusqlite::Connection, sql: &str) -> Result<(String, Vec<&'static str>)> {
    let mut plan = schema.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let plan: Vec<String> = plan.raw_query().map(|row| row.get("detail")).collect()?;
    let mut program = schema.prepare(&format!("EXPLAIN {sql}"))?;
    let mut steps = program.raw_query();
    let (mut opened, mut scanned) = (Vec::new(), Vec::new());
    while let Some(step) = steps.next()? {
        let (opcode, cursor): (String, i64) = (step.get("opcode")?, step.get("p1")?);
        match opcode.as_str() {
            // A trigger's program has cursors of its own.
            "Init" => opened.clear(),
            "OpenRead" | "OpenWrite" | "ReopenIdx" => opened.push((cursor, step.get("p2")?)),
            "OpenEphemeral" | "OpenAutoindex" | "OpenPseudo" | "SorterOpen" => {
                opened.push((cursor, NO_ROOT));
            }
            "Rewind" | "Last" => {
                let root = opened.iter().rev().find(|(known, _)| *known == cursor);
                scanned.extend(
                    root.map(|(_, root)| large_table(schema, *root))
                        .transpose()?
                        .flatten(),
                );
            }
            _ => {}
        }
    }
    Ok((plan.join("\n"), scanned))
}

/// The large table that a page is the root of, or an index of all its rows.
fn large_table(schema: &rusqlite::Connection, root: i64) -> Result<Option<&'static str>> {
    let sql = "SELECT tbl_name FROM sqlite_master WHERE rootpage = ?1 \
        AND (type = 'table' OR sql IS NULL OR sql NOT LIKE '% WHERE %')";
    let table: Vec<String> = schema
        .prepare(sql)?
        .query([root])?
        .map(|row| row.get(0))
        .collect()?;
    Ok(LARGE
        .iter()
        .find(|large| table.iter().any(|table| table == *large))
        .copied())
}

fn ask_postgres(client: &mut CachedClient, sql: &str) -> Result<Answer> {
    let (client, statement) = client.prepared(sql)?;
    let columns = statement.columns().iter();
    let columns = columns
        .map(|column| postgres_type(column.type_()))
        .collect();
    let plan = match is_explainable(sql) {
        true => explain_postgres(client, sql, statement.params().len())?,
        false => Vec::new(),
    };
    let is_scan = |table: &&&str| {
        let scan = format!("Seq Scan on {table} ");
        plan.iter().any(|line| line.contains(&scan))
    };
    Ok(Answer {
        columns,
        scanned: LARGE.iter().filter(is_scan).copied().collect(),
        plan: plan.join("\n"),
    })
}

fn postgres_type(kind: &postgres::types::Type) -> Option<ColumnType> {
    use postgres::types::Type;
    match *kind {
        Type::BOOL => Some(ColumnType::Boolean),
        Type::INT8 => Some(ColumnType::Integer),
        Type::FLOAT8 => Some(ColumnType::Real),
        Type::TEXT => Some(ColumnType::Text),
        Type::BYTEA => Some(ColumnType::Bytes),
        Type::UUID => Some(ColumnType::Uuid),
        _ => None,
    }
}

fn is_explainable(sql: &str) -> bool {
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
    verbs.iter().any(|verb| sql.starts_with(verb))
}

/// How the statement is planned whatever its parameters are, and through indexes even while the tables are small.
fn explain_postgres(
    client: &mut postgres::Client,
    sql: &str,
    parameters: usize,
) -> Result<Vec<String>> {
    let nulls = vec!["NULL"; parameters].join(", ");
    let values = match parameters {
        0 => String::new(),
        _ => format!("({nulls})"),
    };
    let batch = format!(
        "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; PREPARE checked AS {}; \
         EXPLAIN (COSTS OFF) EXECUTE checked{values}; \
         DEALLOCATE checked; RESET plan_cache_mode; RESET enable_seqscan",
        postgres_dialect(sql)
    );
    let line = |message: SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(|line| format!("{line} ")),
        _ => None,
    };
    Ok(client
        .simple_query(&batch)?
        .into_iter()
        .filter_map(line)
        .collect())
}
