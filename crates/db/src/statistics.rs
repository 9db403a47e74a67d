//! What the databases know of their tables when they plan a query.
//!
//! SQLite plans a prepared statement without its bound values here (`SQLITE_DBCONFIG_ENABLE_QPSG`), so these numbers are all
//! that it goes by.

use crate::postgres::CachedClient;
use crate::{Connection, Result};

/// How many rows SQLite looks at in an index. It keeps the one writer for a few milliseconds then, however many there are.
pub(crate) const ROWS: i64 = 1000;

/// Below this many pages of 4 KiB, SQLite is told nothing. What is true of a handful of pictures misleads when there are
/// thousands an hour later; without numbers it goes by the indexes, as the queries were written for.
const MIN_PAGES: i64 = 2500;

/// Lists what SQLite would look at again: tables that are ten times larger or smaller than it believes. Even the list is
/// only given to who may write.
const OUTDATED: &str = "PRAGMA optimize(0x10003)";

/// The statements that bring SQLite's statistics up to date, one for each table that needs it.
pub(crate) fn list_analyses(connection: &mut Connection<'_>) -> Result<Vec<String>> {
    let pages: i64 = connection.query_one("PRAGMA page_count", &[])?;
    if pages < MIN_PAGES {
        return Ok(Vec::new());
    }
    connection.query(OUTDATED, &[])
}

/// Brings SQLite's statistics up to date while no one else writes.
pub(crate) fn analyze_outdated(connection: &rusqlite::Connection) -> Result<()> {
    let analyses = list_analyses(&mut Connection::sqlite(connection))?;
    analyses
        .iter()
        .try_for_each(|analysis| connection.execute_batch(analysis))?;
    Ok(())
}

/// Has PostgreSQL look at all tables. It would in a minute or so; until then it takes new tables for empty.
pub(crate) fn analyze(client: &mut CachedClient) -> Result<()> {
    client.batch("ANALYZE")
}
