//! SQL of the queue.

use uuid::Uuid;

use crate::queue::JOBS_ENQUEUED;
use crate::queue::kind::{JobKind, Lane};
use kallitype_db::{Connection, Result, new_id};
use kallitype_web::fields::Enumeration;

/// A job that is this worker's until its lease ends.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub id: Uuid,
    pub kind: JobKind,
    pub subject: Uuid,
    pub generation: i64,
    /// How often it was begun, this time included.
    pub attempts: i64,
}

/// Enqueues a job, or has one that exists run once more, from the beginning.
pub(crate) fn enqueue(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    priority: i64,
    run_at: i64,
) -> Result<()> {
    connection.mark(JOBS_ENQUEUED);
    connection.execute(
        "INSERT INTO job (id, kind, subject_id, priority, run_at, generation, attempts, is_dead, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, 0, FALSE, $5) \
         ON CONFLICT (kind, subject_id) DO UPDATE SET priority = excluded.priority, run_at = excluded.run_at, \
         generation = job.generation + 1, attempts = 0, is_dead = FALSE, error = NULL, progress = NULL",
        &[new_id().into(), kind.into(), subject.into(), priority.into(), run_at.into()],
    )?;
    Ok(())
}

/// Enqueues a job for later, or has one that is being done or was given up run once more then. One that waits is
/// not put off.
pub(crate) fn enqueue_later(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    priority: i64,
    now: i64,
    run_at: i64,
) -> Result<()> {
    connection.mark(JOBS_ENQUEUED);
    connection.execute(
        "INSERT INTO job (id, kind, subject_id, priority, run_at, generation, attempts, is_dead, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, 0, FALSE, $6) \
         ON CONFLICT (kind, subject_id) DO UPDATE SET priority = excluded.priority, \
         run_at = CASE WHEN job.is_dead = TRUE OR job.leased_until IS NOT NULL THEN excluded.run_at ELSE job.run_at END, \
         generation = job.generation + 1, attempts = 0, is_dead = FALSE, error = NULL, progress = NULL",
        &[new_id().into(), kind.into(), subject.into(), priority.into(), run_at.into(), now.into()],
    )?;
    Ok(())
}

/// Enqueues a job unless it waits already; one that was given up is tried again.
pub(crate) fn schedule(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    priority: i64,
    run_at: i64,
) -> Result<()> {
    connection.mark(JOBS_ENQUEUED);
    connection.execute(
        "INSERT INTO job (id, kind, subject_id, priority, run_at, generation, attempts, is_dead, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, 0, FALSE, $5) ON CONFLICT (kind, subject_id) DO UPDATE \
         SET run_at = excluded.run_at, attempts = 0, is_dead = FALSE WHERE job.is_dead = TRUE",
        &[new_id().into(), kind.into(), subject.into(), priority.into(), run_at.into()],
    )?;
    Ok(())
}

impl Lane {
    /// The condition on its jobs.
    fn condition(self) -> &'static str {
        match self {
            Self::Pictures => "kind NOT IN ('transcode-video', 'send-mail')",
            Self::Videos => "kind = 'transcode-video'",
            Self::Mail => "kind = 'send-mail'",
        }
    }
}

/// A job's queue, in SQL.
pub(crate) fn queue_of_kind() -> String {
    let cases = JobKind::CHOICES
        .iter()
        .map(|(name, kind)| format!("WHEN '{name}' THEN '{}'", kind.queue().name()));
    format!("CASE kind {} END", cases.collect::<Vec<_>>().join(" "))
}

/// The condition on jobs that no one has paused.
fn not_paused() -> String {
    format!(
        "COALESCE({}, '') NOT IN (SELECT name FROM paused_queue)",
        queue_of_kind()
    )
}

/// Claims the next waiting job of a lane until `lease_end`. Several workers can claim at once; each gets another.
pub(crate) fn claim(
    connection: &mut Connection<'_>,
    lane: Lane,
    now: i64,
    lease_end: i64,
) -> Result<Option<Claimed>> {
    let (condition, not_paused) = (lane.condition(), not_paused());
    let lock = connection.skip_locked();
    let sql = format!(
        "UPDATE job SET leased_until = $2, attempts = attempts + 1, progress = NULL WHERE id = (SELECT id FROM job \
         WHERE {condition} AND {not_paused} AND is_dead = FALSE AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1) \
         ORDER BY priority, run_at LIMIT 1 {lock}) \
         RETURNING id, kind, subject_id, generation, attempts"
    );
    let claimed = connection.query_optional(&sql, &[now.into(), lease_end.into()], |row| {
        Ok((
            row.get(0)?,
            row.get::<String>(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
        ))
    })?;
    let Some((id, kind, subject, generation, attempts)) = claimed else {
        return Ok(None);
    };
    match JobKind::from_name(&kind) {
        Some(kind) => Ok(Some(Claimed {
            id,
            kind,
            subject,
            generation,
            attempts,
        })),
        // A newer server made it; it stays for one that knows it.
        None => Ok(None),
    }
}

/// Keeps a job for its worker until another moment, and notes how far it has come, in percent.
pub(crate) fn renew(
    connection: &mut Connection<'_>,
    id: Uuid,
    lease_end: i64,
    progress: Option<i64>,
) -> Result<()> {
    let sql = "UPDATE job SET leased_until = $2, progress = $3 WHERE id = $1 AND leased_until IS NOT NULL";
    connection.execute(sql, &[id.into(), lease_end.into(), progress.into()])?;
    Ok(())
}

/// Takes every job back from workers that are no more.
pub(crate) fn release_all(connection: &mut Connection<'_>) -> Result<()> {
    connection.execute(
        "UPDATE job SET leased_until = NULL WHERE leased_until IS NOT NULL",
        &[],
    )?;
    Ok(())
}

/// When the next job of a lane is due that no one works on, if there is one.
pub(crate) fn next_due(connection: &mut Connection<'_>, lane: Lane) -> Result<Option<i64>> {
    let (condition, not_paused) = (lane.condition(), not_paused());
    let sql = format!(
        "SELECT MIN(CASE WHEN leased_until > run_at THEN leased_until ELSE run_at END) FROM job \
        WHERE {condition} AND {not_paused} AND is_dead = FALSE"
    );
    connection.query_one(&sql, &[], |row| row.get(0))
}

/// The job is done, unless it was asked for again meanwhile.
pub(crate) fn complete(connection: &mut Connection<'_>, job: &Claimed) -> Result<()> {
    let sql = "DELETE FROM job WHERE id = $1 AND generation = $2";
    if connection.execute(sql, &[job.id.into(), job.generation.into()])? == 0 {
        connection.execute(
            "UPDATE job SET leased_until = NULL WHERE id = $1",
            &[job.id.into()],
        )?;
    }
    Ok(())
}

/// The job failed and is tried again at `run_at`, or, without one, put aside.
pub(crate) fn fail(
    connection: &mut Connection<'_>,
    job: &Claimed,
    error: &str,
    run_at: Option<i64>,
) -> Result<()> {
    let sql = "UPDATE job SET leased_until = NULL, error = $3, is_dead = $4, run_at = COALESCE($5, run_at) \
        WHERE id = $1 AND generation = $2";
    let parameters = [
        job.id.into(),
        job.generation.into(),
        error.into(),
        run_at.is_none().into(),
        run_at.into(),
    ];
    if connection.execute(sql, &parameters)? == 0 {
        connection.execute(
            "UPDATE job SET leased_until = NULL WHERE id = $1",
            &[job.id.into()],
        )?;
    }
    Ok(())
}
