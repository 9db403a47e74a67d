//! Change ids: what "changed since" is asked by.
//!
//! Every row that clients synchronise or the journal keeps has an `update_id`, which each insert and each update sets
//! anew with the SQL function `next_change_id()`. Its first 8 bytes are a counter of the database, its last 8 the
//! microsecond UTC at which it was given out; the time says how old an id is and plays no part in the order. The
//! counter never goes back, whatever the clock does.
//!
//! Whoever has read all ids up to a [`horizon`](crate::Database::change_horizon) never finds a lower one later:
//!
//! - The embedded database has one writer, so its counter follows the order of commits.
//! - PostgreSQL has many. Each writing transaction begins by locking, shared and until its end, the number that the
//!   counter stands at; all its ids are greater. The lowest number locked is therefore the horizon. A transaction
//!   that locks later than a reader looks also begins to count later.
//!
//! Within one row the order of ids is that of its states: `next_change_id()` is evaluated when the row is locked.

use uuid::Uuid;

use crate::{Connection, Result, Sql};

/// Numbers left out when the counter is raised, so that a process that counts at the same moment cannot be met.
const MARGIN: i64 = 1_000_000;

/// The counter of a change id.
#[must_use]
pub fn counter_of(id: Uuid) -> i64 {
    let (counter, _) = id.as_u64_pair();
    i64::try_from(counter).unwrap_or(i64::MAX)
}

/// When a change id was given out, in microseconds UTC.
#[must_use]
pub fn time_of(id: Uuid) -> i64 {
    let (_, time) = id.as_u64_pair();
    i64::try_from(time).unwrap_or(i64::MAX)
}

/// The greatest id that has this counter: every id with it or a lower one is at most that.
#[must_use]
pub fn last_with(counter: i64) -> Uuid {
    Uuid::from_u64_pair(counter.unsigned_abs(), u64::MAX)
}

pub(crate) fn encode(counter: i64, time: i64) -> Uuid {
    Uuid::from_u64_pair(counter.unsigned_abs(), time.unsigned_abs())
}

/// The number to raise the counter to, so that all that follows is greater than `id`.
pub(crate) fn beyond(id: Uuid) -> i64 {
    counter_of(id).saturating_add(MARGIN)
}

/// The number that the counter stands at.
pub(crate) fn counter(connection: &mut Connection<'_>) -> Result<i64> {
    let sql = match connection.is_embedded() {
        true => "SELECT last FROM change_counter",
        false => "SELECT last_value FROM change_counter",
    };
    connection.query_one(sql, &[])
}

/// The number up to which PostgreSQL has no transaction under way. The counter has to be read first: who locks
/// after that counts from there.
pub(crate) fn decided_counter(connection: &mut Connection<'_>) -> Result<i64> {
    let counter = counter(connection)?;
    let sql = "SELECT MIN((classid::BIGINT << 32) | objid::BIGINT) FROM pg_locks \
        WHERE locktype = 'advisory' AND mode = 'ShareLock' AND objsubid = 1 \
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let lowest: Option<i64> = connection.query_one(sql, &[])?;
    Ok(lowest.map_or(counter, |lowest| lowest.min(counter)))
}

pub(crate) fn raise(connection: &mut Connection<'_>, met: Uuid) -> Result<()> {
    let sql = "SELECT raise_change_counter($1)";
    let raised = connection.query_one::<i64>(sql, &[beyond(met).into()]);
    raised.map(drop)
}

/// The tables whose rows carry a change id.
const TABLES: &[&str] = &[
    "account",
    "activity",
    "album",
    "album_asset",
    "album_user",
    "asset",
    "asset_face",
    "asset_metadata",
    "exif",
    "installation",
    "library",
    "memory",
    "memory_asset",
    "notification",
    "partner",
    "person",
    "refused_tag",
    "stack",
    "tag",
    "tag_asset",
    "tombstone",
];

/// The greatest change id of all rows.
pub(crate) fn greatest(connection: &mut Connection<'_>) -> Result<Uuid> {
    let mut greatest = Uuid::nil();
    for table in TABLES {
        let sql = Sql::new("SELECT update_id FROM ").push(table);
        let sql = sql.push(" ORDER BY update_id DESC LIMIT 1 /* scan: the last of its index */");
        let found: Option<Uuid> = sql.query_optional(connection)?;
        greatest = greatest.max(found.unwrap_or_default());
    }
    Ok(greatest)
}
