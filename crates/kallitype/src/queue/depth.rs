//! How many jobs wait and since when, as metrics tell it.

use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result, Sql};
use kallitype_web::fields::Enumeration;

/// How far jobs of one queue in one state are counted: who watches a queue must not slow it down.
const COUNTED: i64 = 100_000;

/// The jobs of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Depth {
    pub kind: String,
    /// How many are in each of [`STATES`].
    pub counts: [i64; STATES.len()],
    /// How long the oldest has been ready to be done, in microseconds.
    pub oldest_ready: Option<i64>,
}

/// Where a job can stand.
pub(crate) const STATES: [&str; 4] = ["ready", "scheduled", "leased", "failed"];

/// How many jobs are in each of [`STATES`].
type Counts = (i64, i64, i64, i64);

/// Counts the jobs of every kind, through indexes.
///
/// # Errors
/// When the database fails.
pub(crate) fn measure(connection: &mut Connection<'_>) -> Result<Vec<Depth>> {
    let kinds = JobKind::CHOICES.iter().map(|(_, kind)| select(*kind));
    let sql = Sql::default().join(kinds, " UNION ALL ");
    let found: Vec<(String, Counts, Option<i64>)> = sql.query(connection)?;
    let depth = |(kind, counts, oldest_ready): (_, _, _)| Depth {
        kind,
        counts: <[i64; STATES.len()]>::from(counts),
        oldest_ready,
    };
    Ok(found.into_iter().map(depth).collect())
}

fn select(kind: JobKind) -> Sql {
    let counts = STATES.map(|state| count(kind, state));
    let sql = Sql::new("SELECT '").push(kind.name()).push("', ");
    sql.join(counts, ", ").push(", ").append(oldest_ready(kind))
}

fn count(kind: JobKind, state: &'static str) -> Sql {
    Sql::new("(SELECT COUNT(*) FROM (")
        .append(jobs(kind, state, ""))
        .push(" LIMIT ")
        .bind(COUNTED)
        .push(") AS counted")
        .append(of_kind(kind))
        .push(")")
}

fn oldest_ready(kind: JobKind) -> Sql {
    // The first that is ready is the oldest, unless it may be one of another kind.
    let passed = if is_alone(kind) { 1 } else { COUNTED };
    Sql::new("(SELECT clock_micros() - MIN(created_at) FROM (")
        .append(jobs(kind, "ready", ", created_at"))
        .push(" ORDER BY created_at LIMIT ")
        .bind(passed)
        .push(") AS waiting")
        .append(of_kind(kind))
        .push(")")
}

/// The jobs of a queue, by the index that has them in order. It has no kinds, which only queues of several need.
fn jobs(kind: JobKind, state: &'static str, columns: &'static str) -> Sql {
    let first = if is_alone(kind) { "queue" } else { "kind" };
    Sql::new("SELECT ")
        .push(first)
        .push(columns)
        .push(" FROM job WHERE queue = '")
        .push(kind.queue().name())
        .push("' AND state = '")
        .push(state)
        .push("'")
}

fn of_kind(kind: JobKind) -> Sql {
    match is_alone(kind) {
        true => Sql::default(),
        false => Sql::new(" WHERE kind = '").push(kind.name()).push("'"),
    }
}

/// Whether a queue has jobs of this kind only.
fn is_alone(kind: JobKind) -> bool {
    let shares = |other: JobKind| other.queue() == kind.queue() && other != kind;
    !JobKind::CHOICES.iter().any(|(_, other)| shares(*other))
}
