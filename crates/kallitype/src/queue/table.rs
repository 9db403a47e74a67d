//! SQL of the queue. All times are the database's own clock: servers that share it may disagree about the time.
//!
//! A job is `scheduled` (not before its time), `ready`, `leased` (a worker's) or `failed`. Each state that a claim has to
//! look for has an index, so a claim reads a handful of rows however many wait.

use uuid::Uuid;

use crate::queue::JOBS_CHANNEL;
use crate::queue::kind::{JobKind, JobName, Lane};
use kallitype_db::{Connection, Result, Sql, Value, new_id, row};
use kallitype_web::fields::Enumeration;

/// How many jobs a claim makes ready at most: many may become due in the same moment.
const MADE_READY: i64 = 1000;

/// The columns that a new job has values in.
const INSERT: &str = "INSERT INTO job (id, kind, subject_id, lane, queue, priority, state, run_at, generation, attempts, \
    created_at)";

row! {
    /// A job that is this worker's until its lease ends.
    #[derive(Debug, Clone)]
    pub(crate) struct Claimed {
        pub id: Uuid,
        /// Proves that the lease is this worker's.
        pub lease_token: Uuid,
        pub kind: JobKind,
        pub subject: Uuid = "subject_id",
        pub generation: i64,
        /// How often it was begun, this time included.
        pub attempts: i64,
    }
}

/// What a worker that asked for a job gets.
#[derive(Debug, Clone)]
pub(crate) enum Claim {
    Job(Claimed),
    /// There is none. The next one may become ready in so many microseconds, if the clock alone makes one ready.
    Nothing(Option<i64>),
}

/// Has the workers of a lane look for jobs once the transaction is committed, on all servers.
pub(crate) fn wake_workers(connection: &mut Connection<'_>, lane: Lane) {
    connection.mark(lane.enqueued());
    connection.tell(JOBS_CHANNEL, lane.name().to_owned());
}

/// Enqueues a job, or has one that exists run once more, from the beginning.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    priority: i64,
) -> Result<()> {
    let conflict = "DO UPDATE SET priority = excluded.priority, run_at = excluded.run_at, \
        state = CASE WHEN job.state = 'leased' THEN 'leased' ELSE 'ready' END, \
        generation = job.generation + 1, attempts = 0, error = NULL, progress = NULL";
    insert(connection, kind, subject, priority, 0, conflict)
}

/// Enqueues a job for `delay` microseconds from now, or has one that is being done or has failed run once more then. One
/// that waits is not put off.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue_later(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    priority: i64,
    delay: i64,
) -> Result<()> {
    let conflict = "DO UPDATE SET priority = excluded.priority, \
        run_at = CASE WHEN job.state IN ('failed', 'leased') THEN excluded.run_at ELSE job.run_at END, \
        state = CASE WHEN job.state = 'failed' THEN excluded.state ELSE job.state END, \
        generation = job.generation + 1, attempts = 0, error = NULL, progress = NULL";
    insert(connection, kind, subject, priority, delay, conflict)
}

/// Enqueues a job unless it waits already; one that has failed is tried again.
///
/// # Errors
/// When the database fails.
pub(crate) fn schedule(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
) -> Result<()> {
    let conflict = "DO UPDATE SET run_at = excluded.run_at, attempts = 0, state = excluded.state \
        WHERE job.state = 'failed'";
    insert(connection, kind, subject, kind.priority(), 0, conflict)
}

fn insert(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    priority: i64,
    delay: i64,
    conflict: &'static str,
) -> Result<()> {
    wake_workers(connection, kind.lane());
    let state = if delay > 0 { "scheduled" } else { "ready" };
    let values: [Value; 7] = [
        new_id().into(),
        kind.into(),
        subject.into(),
        kind.lane().name().into(),
        kind.queue().into(),
        priority.into(),
        state.into(),
    ];
    let values = values.map(|value| Sql::default().bind(value));
    let sql = Sql::new(INSERT)
        .push(" VALUES (")
        .join(values, ", ")
        .push(", clock_micros() + ")
        .bind(delay)
        .push(", 0, 0, clock_micros()) ON CONFLICT (kind, subject_id) ")
        .push(conflict);
    sql.execute(connection).map(drop)
}

/// Enqueues a job for each subject that a query finds, or has those that exist run once more. `id` is the subject's
/// column, `found` what follows `FROM`.
///
/// # Errors
/// When the database fails.
pub(crate) fn enqueue_found(
    connection: &mut Connection<'_>,
    kind: JobKind,
    id: &'static str,
    found: Sql,
) -> Result<()> {
    wake_workers(connection, kind.lane());
    let names = [kind.name(), kind.lane().name(), kind.queue().name()];
    let [kind_name, lane, queue] = names.map(|name| Sql::new("'").push(name).push("'"));
    let values = [
        Sql::new(connection.random_uuid()),
        kind_name,
        Sql::new(id),
        lane,
        queue,
        Sql::default().bind(kind.priority()),
    ];
    let sql = Sql::new(INSERT)
        .push(" SELECT ")
        .join(values, ", ")
        .push(", 'ready', clock_micros(), 0, 0, clock_micros() FROM ")
        .append(found)
        .push(
            " ON CONFLICT (kind, subject_id) DO UPDATE SET run_at = excluded.run_at, attempts = 0, error = NULL, \
             generation = job.generation + 1, state = CASE WHEN job.state = 'leased' THEN 'leased' ELSE 'ready' END \
             /* scan: someone asked for all of them */",
        );
    connection.lift_statement_timeout()?;
    sql.execute(connection).map(drop)
}

/// Whether no one has started what comes round for this moment, in microseconds UTC, or a later one; from now on, this
/// server has.
///
/// # Errors
/// When the database fails.
pub(crate) fn take_turn(connection: &mut Connection<'_>, name: &str, due: i64) -> Result<bool> {
    let sql = "INSERT INTO schedule_turn (name, due_at) VALUES ($1, $2) \
        ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE schedule_turn.due_at < excluded.due_at";
    Ok(connection.execute(sql, &[name.into(), due.into()])? > 0)
}

/// Claims the next job of a lane for `lease` microseconds, but none of the queues that are `full`. Several workers can
/// claim at once; each gets another.
///
/// # Errors
/// When the database fails.
pub(crate) fn claim(
    connection: &mut Connection<'_>,
    lane: Lane,
    lease: i64,
    full: &[JobName],
) -> Result<Claim> {
    make_ready(connection, lane, "scheduled", "run_at")?;
    make_ready(connection, lane, "leased", "leased_until")?;
    for queue in queues_in_order(connection, lane, full)? {
        if let Some(job) = claim_from(connection, lane, &queue, lease)? {
            return Ok(Claim::Job(job));
        }
    }
    next_due(connection, lane).map(Claim::Nothing)
}

/// Makes jobs ready whose time has come, or whose lease has ended because their worker is no more.
fn make_ready(
    connection: &mut Connection<'_>,
    lane: Lane,
    state: &'static str,
    due_at: &'static str,
) -> Result<()> {
    let sql = Sql::new(
        "UPDATE job SET state = 'ready', leased_until = NULL, lease_token = NULL WHERE id IN (SELECT id FROM job \
         WHERE lane = ",
    );
    let sql = sql
        .bind(lane.name())
        .push(" AND state = '")
        .push(state)
        .push("' AND ")
        .push(due_at)
        .push(" <= clock_micros() ORDER BY ")
        .push(due_at)
        .push(" LIMIT ")
        .bind(MADE_READY)
        .push(connection.skip_locked())
        .push(")");
    sql.execute(connection).map(drop)
}

/// The queues of a lane that have a job ready and are not paused, the one with the most urgent job first. Asking each
/// queue for its first job keeps the jobs of paused ones from being passed one by one.
fn queues_in_order(
    connection: &mut Connection<'_>,
    lane: Lane,
    full: &[JobName],
) -> Result<Vec<String>> {
    let queues = lane.queues().into_iter();
    let open: Vec<JobName> = queues.filter(|queue| !full.contains(queue)).collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let first_of = |queue: JobName| {
        Sql::new("SELECT * FROM (SELECT queue, priority, run_at FROM job WHERE lane = ")
            .bind(lane.name())
            .push(" AND queue = '")
            .push(queue.name())
            .push("' AND state = 'ready' ORDER BY priority, run_at LIMIT 1) AS first")
    };
    Sql::new("SELECT queue FROM (")
        .join(open.into_iter().map(first_of), " UNION ALL ")
        .push(") AS firsts WHERE queue NOT IN (SELECT name FROM paused_queue) ORDER BY priority, run_at")
        .query(connection)
}

/// Claims the first job of a queue that no other worker is just claiming. What a newer server made stays for one that
/// knows it.
fn claim_from(
    connection: &mut Connection<'_>,
    lane: Lane,
    queue: &str,
    lease: i64,
) -> Result<Option<Claimed>> {
    let sql = Sql::new("UPDATE job SET state = 'leased', leased_until = clock_micros() + ")
        .bind(lease)
        .push(", lease_token = ")
        .bind(Uuid::new_v4())
        .push(", attempts = attempts + 1, progress = NULL WHERE id = (SELECT id FROM job WHERE lane = ")
        .bind(lane.name())
        .push(" AND queue = ")
        .bind(queue)
        .push(" AND state = 'ready' AND kind IN (")
        .join(known_kinds(), ", ")
        .push(") ORDER BY priority, run_at LIMIT 1")
        .push(connection.skip_locked())
        .push(") RETURNING ")
        .push(Claimed::COLUMNS);
    sql.query_optional(connection)
}

/// In how many microseconds the clock makes the next job of a lane ready, if it makes one ready.
fn next_due(connection: &mut Connection<'_>, lane: Lane) -> Result<Option<i64>> {
    let sql = "SELECT MIN(due) - clock_micros() FROM ( \
        SELECT MIN(run_at) AS due FROM job WHERE lane = $1 AND state = 'scheduled' UNION ALL \
        SELECT MIN(leased_until) FROM job WHERE lane = $1 AND state = 'leased') AS next";
    connection.query_one(sql, &[lane.name().into()])
}

/// Keeps a job for its worker for another `lease` microseconds, and notes how far it has come, in percent. Answers
/// whether it is still that worker's.
///
/// # Errors
/// When the database fails.
pub(crate) fn renew(
    connection: &mut Connection<'_>,
    job: &Claimed,
    lease: i64,
    progress: Option<i64>,
) -> Result<bool> {
    let sql = "UPDATE job SET leased_until = clock_micros() + $3, progress = $4 WHERE id = $1 AND lease_token = $2";
    let parameters = [
        job.id.into(),
        job.lease_token.into(),
        lease.into(),
        progress.into(),
    ];
    Ok(connection.execute(sql, &parameters)? > 0)
}

/// Takes every job back from workers that are no more.
///
/// # Errors
/// When the database fails.
pub(crate) fn release_all(connection: &mut Connection<'_>) -> Result<()> {
    let released = connection.execute(
        "UPDATE job SET state = 'ready', leased_until = NULL, lease_token = NULL WHERE state = 'leased' \
         /* embedded: other servers' workers are at work on PostgreSQL */",
        &[],
    );
    released.map(drop)
}

/// The job is done, unless it was asked for again meanwhile. Answers whether it was still this worker's; otherwise
/// nothing changes.
///
/// # Errors
/// When the database fails.
pub(crate) fn complete(connection: &mut Connection<'_>, job: &Claimed) -> Result<bool> {
    let sql = "DELETE FROM job WHERE id = $1 AND lease_token = $2 AND generation = $3";
    let parameters = [job.id.into(), job.lease_token.into(), job.generation.into()];
    Ok(connection.execute(sql, &parameters)? > 0 || give_back(connection, job)?)
}

/// The job failed and is tried again after a pause of microseconds, or, without one, not any more. Answers whether it was
/// still this worker's; otherwise nothing changes.
///
/// # Errors
/// When the database fails.
pub(crate) fn fail(
    connection: &mut Connection<'_>,
    job: &Claimed,
    error: &str,
    pause: Option<i64>,
) -> Result<bool> {
    let sql = "UPDATE job SET state = $4, error = $5, run_at = COALESCE(clock_micros() + $6, run_at), \
        leased_until = NULL, lease_token = NULL WHERE id = $1 AND lease_token = $2 AND generation = $3";
    let state = pause.map_or("failed", |_| "scheduled");
    let parameters = [
        job.id.into(),
        job.lease_token.into(),
        job.generation.into(),
        state.into(),
        error.into(),
        pause.into(),
    ];
    Ok(connection.execute(sql, &parameters)? > 0 || give_back(connection, job)?)
}

/// Ends a lease; the job was asked for again while it was worked on. Answers whether it was still this worker's.
fn give_back(connection: &mut Connection<'_>, job: &Claimed) -> Result<bool> {
    let sql = "UPDATE job SET state = 'scheduled', leased_until = NULL, lease_token = NULL \
        WHERE id = $1 AND lease_token = $2";
    Ok(connection.execute(sql, &[job.id.into(), job.lease_token.into()])? > 0)
}

/// Deletes the jobs on a subject. They are named by their kinds, since jobs are found by kind and subject.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete_jobs_on(connection: &mut Connection<'_>, subject: Uuid) -> Result<()> {
    let sql = Sql::new("DELETE FROM job WHERE subject_id = ").bind(subject);
    let sql = sql
        .push(" AND kind IN (")
        .join(known_kinds(), ", ")
        .push(")");
    sql.execute(connection).map(drop)
}

/// The names of this server's kinds of jobs, quoted.
fn known_kinds() -> impl Iterator<Item = Sql> {
    let names = JobKind::CHOICES.iter();
    names.map(|(name, _)| Sql::new("'").push(name).push("'"))
}
