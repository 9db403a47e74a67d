//! Durable work: rows in the database, enqueued in the transaction that needs them, claimed with a lease,
//! retried with growing pauses (`jobs/runner.rs` says which), failed with their error after the last one.

pub(crate) mod depth;
pub(crate) mod kind;
pub(crate) mod signal;
pub(crate) mod table;
#[cfg(test)]
mod tests;

use uuid::Uuid;

use crate::queue::kind::JobKind;
use kallitype_db::{Channel, Connection, Result};

/// Where PostgreSQL tells the other servers in which lanes jobs were enqueued.
pub(crate) const JOBS_CHANNEL: Channel = "kallitype_jobs";

/// By how much the jobs of someone who waits come before the rest.
const BY_HAND: i64 = 5;

/// Has something done for a subject, once, however often it is asked for before it is begun.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue(connection: &mut Connection<'_>, kind: JobKind, subject: Uuid) -> Result<()> {
    table::enqueue(connection, kind, subject, kind.priority())
}

/// As [`enqueue`], but not before `delay` microseconds have passed. What waits already is not put off.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue_later(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    delay: i64,
) -> Result<()> {
    table::enqueue_later(connection, kind, subject, kind.priority(), delay)
}

/// As [`enqueue`], before what the server does by itself.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue_by_hand(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
) -> Result<()> {
    table::enqueue(connection, kind, subject, kind.priority() - BY_HAND)
}

/// How something that is wanted now stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// No one has asked for it.
    Unknown,
    Waiting,
    /// It was tried, and is not tried again.
    Failed,
}

/// How something that is to be done for a subject stands.
///
/// # Errors
/// When the database fails.
pub(crate) fn standing(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
) -> Result<Standing> {
    let sql = "SELECT state = 'failed' FROM job WHERE kind = $1 AND subject_id = $2";
    let has_failed = connection.query_optional::<bool>(sql, &[kind.into(), subject.into()])?;
    Ok(match has_failed {
        None => Standing::Unknown,
        Some(false) => Standing::Waiting,
        Some(true) => Standing::Failed,
    })
}

/// Has something done for a subject that no one has asked for yet.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue_unknown(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
) -> Result<()> {
    match standing(connection, kind, subject)? {
        Standing::Unknown => enqueue(connection, kind, subject),
        Standing::Waiting | Standing::Failed => Ok(()),
    }
}
