use uuid::Uuid;

use crate::features::jobs::dto::{
    JobCountsDto, JobEntryDto, JobEntryQuery, JobState, JobStatusDto, QueueStatusDto,
};
use crate::queue::kind::{JobKind, JobName, Lane};
use crate::queue::table::wake_workers;
use kallitype_db::{Connection, Result, Sql, row};
use kallitype_web::fields::Enumeration;
use kallitype_web::time::Time;

/// How far jobs of one queue in one state are counted. Who looks at the queues need not wait for a count of millions.
const COUNTED: i64 = 100_000;

/// The state of every queue that has jobs or is paused. A count stops at [`COUNTED`].
///
/// # Errors
/// When the database fails.
pub(crate) fn list_states(connection: &mut Connection<'_>) -> Result<Vec<(JobName, JobStatusDto)>> {
    let paused: Vec<String> = connection.query("SELECT name FROM paused_queue", &[])?;
    let counted: Vec<(String, i64, i64, i64, i64)> = count_jobs().query(connection)?;
    let state = |(name, queue): (&str, JobName)| {
        let found = counted.iter().find(|(known, ..)| known == name);
        let counts = |(_, active, delayed, failed, waiting): &(_, _, _, _, _)| JobCountsDto {
            active: *active,
            delayed: *delayed,
            failed: *failed,
            waiting: *waiting,
            ..JobCountsDto::default()
        };
        let mut counts = found.map(counts).unwrap_or_default();
        let is_paused = paused.iter().any(|known| known == name);
        if is_paused {
            (counts.paused, counts.waiting) = (counts.waiting, 0);
        }
        let queue_status = QueueStatusDto {
            is_active: counts.active > 0,
            is_paused,
        };
        let state = JobStatusDto {
            job_counts: counts,
            queue_status,
        };
        (queue, state)
    };
    Ok(JobName::CHOICES.iter().copied().map(state).collect())
}

/// The query of how many jobs each queue of this server has in each state, through an index. What a worker left behind when
/// it died waits again.
fn count_jobs() -> Sql {
    let queues = known_queues().into_iter();
    Sql::default().join(queues.map(count_queue), " UNION ALL ")
}

/// The queues of this server's kinds of jobs.
fn known_queues() -> Vec<&'static str> {
    let mut queues: Vec<&'static str> = Vec::new();
    for (_, kind) in JobKind::CHOICES {
        if !queues.contains(&kind.queue().name()) {
            queues.push(kind.queue().name());
        }
    }
    queues
}

/// The name of a queue and how many of its jobs are active, delayed, failed and waiting.
fn count_queue(queue: &'static str) -> Sql {
    let count = |state: &'static str| {
        Sql::new("(SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE queue = '")
            .push(queue)
            .push("' AND state = ")
            .push(state)
            .push(" LIMIT ")
            .bind(COUNTED)
            .push(") AS counted)")
    };
    Sql::new("SELECT '")
        .push(queue)
        .push("', ")
        .append(count("'leased' AND leased_until >= clock_micros()"))
        .push(", ")
        .append(count("'scheduled'"))
        .push(", ")
        .append(count("'failed'"))
        .push(", ")
        .append(count("'ready'"))
        .push(" + ")
        .append(count("'leased' AND leased_until < clock_micros()"))
}

row! {
    /// A job as the database has it; another server may know more queues.
    struct EntryRow {
        queue: String,
        state: JobState = "CASE state WHEN 'failed' THEN 'failed' WHEN 'leased' THEN 'active' ELSE 'waiting' END",
        subject: Option<Uuid> = "CASE WHEN kind NOT IN ('send-mail', 'remove-account', 'recognize-face') THEN subject_id END",
        attempts: i64,
        progress: Option<i64>,
        error: Option<String>,
        created_at: Time,
    }
}

impl EntryRow {
    fn present(self) -> Option<JobEntryDto> {
        Some(JobEntryDto {
            queue: JobName::from_name(&self.queue)?,
            state: self.state,
            asset_id: self.subject.filter(|id| !id.is_nil()),
            attempts: self.attempts,
            progress: self.progress,
            error: self.error,
            created_at: self.created_at,
        })
    }
}

/// A page of the jobs that are asked for, oldest first.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_entries(
    connection: &mut Connection<'_>,
    wanted: JobEntryQuery,
) -> Result<Vec<JobEntryDto>> {
    let states: &[&'static str] = match wanted.state {
        None => &["ready", "scheduled", "leased", "failed"],
        Some(JobState::Waiting) => &["ready", "scheduled"],
        Some(JobState::Active) => &["leased"],
        Some(JobState::Failed) => &["failed"],
    };
    let queues = wanted
        .queue
        .map_or_else(known_queues, |queue| vec![queue.name()]);
    let skipped = (wanted.page - 1) * wanted.size;
    let parts = queues.into_iter().flat_map(|queue| {
        let part = move |state: &&'static str| first_entries(queue, state, skipped + wanted.size);
        states.iter().map(part)
    });
    let sql = Sql::select(EntryRow::COLUMNS)
        .push(" FROM (")
        .join(parts, " UNION ALL ")
        .push(") AS entries ORDER BY created_at, id LIMIT ")
        .bind(wanted.size)
        .push(" OFFSET ")
        .bind(skipped);
    let found: Vec<EntryRow> = sql.query(connection)?;
    Ok(found.into_iter().filter_map(EntryRow::present).collect())
}

/// The oldest jobs of a queue in a state. The index has them in this order, so no others are read, however many there
/// are.
fn first_entries(queue: &'static str, state: &'static str, limit: i64) -> Sql {
    Sql::new(
        "SELECT * FROM (SELECT id, queue, state, kind, subject_id, attempts, progress, error, created_at FROM job \
         WHERE queue = '",
    )
    .push(queue)
    .push("' AND state = '")
    .push(state)
    .push("' ORDER BY created_at, id LIMIT ")
    .bind(limit)
    .push(") AS part")
}

/// Keeps a queue's jobs from being begun.
pub(crate) fn pause(connection: &mut Connection<'_>, queue: JobName) -> Result<()> {
    let sql = "INSERT INTO paused_queue (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
    connection.execute(sql, &[queue.into()]).map(drop)
}

/// Lets a queue's jobs be begun again.
///
/// # Errors
/// When the database fails.
pub(crate) fn resume(connection: &mut Connection<'_>, queue: JobName) -> Result<()> {
    for lane in Lane::ALL {
        if lane.queues().contains(&queue) {
            wake_workers(connection, lane);
        }
    }
    let sql = "DELETE FROM paused_queue WHERE name = $1";
    connection.execute(sql, &[queue.into()]).map(drop)
}

/// Forgets the jobs that no one works on.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete_waiting(connection: &mut Connection<'_>, queue: JobName) -> Result<()> {
    let sql = "DELETE FROM job WHERE queue = $1 \
        AND (state IN ('ready', 'scheduled') OR state = 'leased' AND leased_until < clock_micros())";
    connection.lift_statement_timeout()?;
    connection.execute(sql, &[queue.into()]).map(drop)
}

/// Forgets the jobs that have failed.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete_failed(connection: &mut Connection<'_>, queue: JobName) -> Result<()> {
    let sql = "DELETE FROM job WHERE queue = $1 AND state = 'failed'";
    connection.lift_statement_timeout()?;
    connection.execute(sql, &[queue.into()]).map(drop)
}
