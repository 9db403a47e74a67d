use uuid::Uuid;

use crate::features::jobs::dto::{
    JobCountsDto, JobEntryDto, JobEntryQuery, JobState, JobStatusDto, QueueStatusDto,
};
use crate::queue::kind::JobName;
use crate::queue::table::queue_of_kind;
use kallitype_db::{Connection, Result};
use kallitype_web::fields::Enumeration;
use kallitype_web::time::Time;

/// The state of every queue that has jobs or is paused.
pub(crate) fn list_states(
    connection: &mut Connection<'_>,
    now: i64,
) -> Result<Vec<(JobName, JobStatusDto)>> {
    let paused = connection.query("SELECT name FROM paused_queue", &[], |row| {
        row.get::<String>(0)
    })?;
    let sql = format!(
        "SELECT {}, \
         SUM(CASE WHEN leased_until >= $1 AND is_dead = FALSE THEN 1 ELSE 0 END), \
         SUM(CASE WHEN is_dead = TRUE THEN 1 ELSE 0 END), \
         SUM(CASE WHEN is_dead = FALSE AND (leased_until IS NULL OR leased_until < $1) AND run_at > $1 \
             THEN 1 ELSE 0 END), \
         SUM(CASE WHEN is_dead = FALSE AND (leased_until IS NULL OR leased_until < $1) AND run_at <= $1 \
             THEN 1 ELSE 0 END) \
         FROM job GROUP BY 1",
        queue_of_kind()
    );
    let counted = connection.query(&sql, &[now.into()], |row| {
        let name = row.get::<Option<String>>(0)?.unwrap_or_default();
        let counts = JobCountsDto {
            active: row.get(1)?,
            failed: row.get(2)?,
            delayed: row.get(3)?,
            waiting: row.get(4)?,
            ..JobCountsDto::default()
        };
        Ok((name, counts))
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

/// A page of the jobs that are asked for, oldest first.
pub(crate) fn list_entries(
    connection: &mut Connection<'_>,
    wanted: JobEntryQuery,
    now: i64,
) -> Result<Vec<JobEntryDto>> {
    let state = "CASE WHEN is_dead = TRUE THEN 'failed' WHEN leased_until >= $1 THEN 'active' ELSE 'waiting' END";
    let queue = queue_of_kind();
    let sql = format!(
        "SELECT {queue}, {state}, CASE WHEN kind NOT IN ('send-mail', 'remove-account') THEN subject_id END, attempts, \
         progress, error, created_at FROM job \
         WHERE {queue} IS NOT NULL AND ($2 = '' OR {queue} = $2) AND ($3 = '' OR {state} = $3) \
         ORDER BY created_at, id LIMIT $4 OFFSET $5"
    );
    let parameters = [
        now.into(),
        wanted.queue.map_or("", JobName::name).into(),
        wanted.state.map_or("", JobState::name).into(),
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

pub(crate) fn resume(connection: &mut Connection<'_>, queue: JobName) -> Result<()> {
    let sql = "DELETE FROM paused_queue WHERE name = $1";
    connection.execute(sql, &[queue.into()]).map(drop)
}

/// Forgets the jobs that no one has begun.
pub(crate) fn delete_waiting(
    connection: &mut Connection<'_>,
    queue: JobName,
    now: i64,
) -> Result<()> {
    let sql = format!(
        "DELETE FROM job WHERE {} = $1 AND is_dead = FALSE AND (leased_until IS NULL OR leased_until < $2)",
        queue_of_kind()
    );
    let parameters = [queue.into(), now.into()];
    connection.execute(&sql, &parameters).map(drop)
}

/// Forgets the jobs that were given up.
pub(crate) fn delete_failed(connection: &mut Connection<'_>, queue: JobName) -> Result<()> {
    let sql = format!(
        "DELETE FROM job WHERE {} = $1 AND is_dead = TRUE",
        queue_of_kind()
    );
    connection.execute(&sql, &[queue.into()]).map(drop)
}
