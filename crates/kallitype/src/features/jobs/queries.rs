use uuid::Uuid;

use crate::features::jobs::dto::{
    JobCountsDto, JobEntryDto, JobEntryQuery, JobState, JobStatusDto, QueueStatusDto,
};
use crate::queue::kind::{JobKind, JobName};
use crate::queue::table::wake_workers;
use kallitype_db::{Connection, Result};
use kallitype_web::fields::Enumeration;
use kallitype_web::time::Time;

/// How far jobs of one queue in one state are counted. Who looks at the queues need not wait for a count of millions.
const COUNTED: usize = 100_000;

/// The state of every queue that has jobs or is paused. A count stops at [`COUNTED`].
///
/// # Errors
/// When the database fails.
pub(crate) fn list_states(connection: &mut Connection<'_>) -> Result<Vec<(JobName, JobStatusDto)>> {
    let paused = connection.query("SELECT name FROM paused_queue", &[], |row| {
        row.get::<String>(0)
    })?;
    let counted = connection.query(&counts(), &[], |row| {
        let counts = JobCountsDto {
            waiting: row.get::<i64>(1)? + row.get::<i64>(2)?,
            delayed: row.get(3)?,
            failed: row.get(4)?,
            active: row.get(5)?,
            ..JobCountsDto::default()
        };
        Ok((row.get::<String>(0)?, counts))
    })?;
    let state = |(name, queue): (&str, JobName)| {
        let found = counted.iter().find(|(known, _)| known == name);
        let mut counts = found.map(|(_, counts)| *counts).unwrap_or_default();
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
fn counts() -> String {
    let mut queues: Vec<&str> = Vec::new();
    for (_, kind) in JobKind::CHOICES {
        if !queues.contains(&kind.queue().name()) {
            queues.push(kind.queue().name());
        }
    }
    let counts = queues.iter().map(|queue| {
        let count = |condition: &str| {
            format!(
                "(SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE queue = '{queue}' AND {condition} LIMIT {COUNTED}) AS counted)"
            )
        };
        format!(
            "SELECT '{queue}', {}, {}, {}, {}, {}",
            count("state = 'ready'"),
            count("state = 'leased' AND leased_until < clock_micros()"),
            count("state = 'scheduled'"),
            count("state = 'failed'"),
            count("state = 'leased' AND leased_until >= clock_micros()"),
        )
    });
    counts.collect::<Vec<_>>().join(" UNION ALL ")
}

/// A page of the jobs that are asked for, oldest first.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_entries(
    connection: &mut Connection<'_>,
    wanted: JobEntryQuery,
) -> Result<Vec<JobEntryDto>> {
    let states = match wanted.state {
        None => "'ready', 'scheduled', 'leased', 'failed'",
        Some(JobState::Waiting) => "'ready', 'scheduled'",
        Some(JobState::Active) => "'leased'",
        Some(JobState::Failed) => "'failed'",
    };
    let in_queue = wanted.queue.map_or("$1 = ''", |_| "queue = $1");
    let sql = format!(
        "SELECT queue, CASE state WHEN 'failed' THEN 'failed' WHEN 'leased' THEN 'active' ELSE 'waiting' END, \
         CASE WHEN kind NOT IN ('send-mail', 'remove-account') THEN subject_id END, attempts, progress, error, \
         created_at FROM job WHERE {in_queue} AND state IN ({states}) ORDER BY created_at, id LIMIT $2 OFFSET $3"
    );
    let parameters = [
        wanted.queue.map_or("", JobName::name).into(),
        wanted.size.into(),
        ((wanted.page - 1) * wanted.size).into(),
    ];
    let entries = connection.query(&sql, &parameters, |row| {
        let queue = JobName::from_name(&row.get::<String>(0)?);
        let state = JobState::from_name(&row.get::<String>(1)?);
        let (Some(queue), Some(state)) = (queue, state) else {
            return Ok(None);
        };
        let asset: Option<Uuid> = row.get(2)?;
        Ok(Some(JobEntryDto {
            queue,
            state,
            asset_id: asset.filter(|id| !id.is_nil()),
            attempts: row.get(3)?,
            progress: row.get(4)?,
            error: row.get(5)?,
            created_at: Time(row.get(6)?),
        }))
    })?;
    Ok(entries.into_iter().flatten().collect())
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
    wake_workers(connection);
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
