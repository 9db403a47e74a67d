//! SQL of the queue.

use uuid::Uuid;

use super::dto::{
    JobCountsDto, JobEntryDto, JobEntryQuery, JobName, JobState, JobStatusDto, QueueStatusDto,
};
use super::{JobKind, Lane};
use crate::db::{Connection, Result, update_id};
use crate::http::fields::Choice;
use crate::http::time::Time;

/// A job that is this worker's until its lease ends.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub id: Uuid,
    pub kind: JobKind,
    pub subject: Uuid,
    pub generation: i64,
    /// How often it was begun, this time included.
    pub attempts: i64,
}

/// Enqueues a job, or has one that exists run once more, from the beginning.
pub fn enqueue(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    priority: i64,
    run_at: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO job (id, kind, subject_id, priority, run_at, generation, attempts, is_dead, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, 0, FALSE, $5) \
         ON CONFLICT (kind, subject_id) DO UPDATE SET priority = excluded.priority, run_at = excluded.run_at, \
         generation = job.generation + 1, attempts = 0, is_dead = FALSE, error = NULL, progress = NULL",
        &[update_id().into(), kind.into(), subject.into(), priority.into(), run_at.into()],
    )?;
    Ok(())
}

/// Enqueues a job for later, or has one that is being done or was given up run once more then. One that waits is
/// not put off.
pub fn enqueue_later(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    priority: i64,
    now: i64,
    run_at: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO job (id, kind, subject_id, priority, run_at, generation, attempts, is_dead, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, 0, FALSE, $6) \
         ON CONFLICT (kind, subject_id) DO UPDATE SET priority = excluded.priority, \
         run_at = CASE WHEN job.is_dead = TRUE OR job.leased_until IS NOT NULL THEN excluded.run_at ELSE job.run_at END, \
         generation = job.generation + 1, attempts = 0, is_dead = FALSE, error = NULL, progress = NULL",
        &[update_id().into(), kind.into(), subject.into(), priority.into(), run_at.into(), now.into()],
    )?;
    Ok(())
}

/// Enqueues a job unless it waits already; one that was given up is tried again.
pub fn schedule(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    priority: i64,
    run_at: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO job (id, kind, subject_id, priority, run_at, generation, attempts, is_dead, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, 0, FALSE, $5) ON CONFLICT (kind, subject_id) DO UPDATE \
         SET run_at = excluded.run_at, attempts = 0, is_dead = FALSE WHERE job.is_dead = TRUE",
        &[update_id().into(), kind.into(), subject.into(), priority.into(), run_at.into()],
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
fn queue_of_kind() -> String {
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
pub fn claim(
    connection: &mut Connection<'_>,
    lane: Lane,
    now: i64,
    lease_end: i64,
) -> Result<Option<Claimed>> {
    let (condition, not_paused) = (lane.condition(), not_paused());
    let lock = if matches!(connection, Connection::Postgres(_)) {
        "FOR UPDATE SKIP LOCKED"
    } else {
        ""
    };
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
pub fn renew(
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
pub fn release_all(connection: &mut Connection<'_>) -> Result<()> {
    connection.execute(
        "UPDATE job SET leased_until = NULL WHERE leased_until IS NOT NULL",
        &[],
    )?;
    Ok(())
}

/// When the next job of a lane is due that no one works on, if there is one.
pub fn next_due(connection: &mut Connection<'_>, lane: Lane) -> Result<Option<i64>> {
    let (condition, not_paused) = (lane.condition(), not_paused());
    let sql = format!(
        "SELECT MIN(CASE WHEN leased_until > run_at THEN leased_until ELSE run_at END) FROM job \
        WHERE {condition} AND {not_paused} AND is_dead = FALSE"
    );
    connection.query_one(&sql, &[], |row| row.get(0))
}

/// The job is done, unless it was asked for again meanwhile.
pub fn complete(connection: &mut Connection<'_>, job: &Claimed) -> Result<()> {
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
pub fn fail(
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

/// What a job on an asset has to know.
#[derive(Debug, Clone)]
pub struct Subject {
    pub owner_id: Uuid,
    pub original_path: String,
    pub original_file_name: String,
    pub file_created_at: i64,
    pub file_modified_at: i64,
    pub edited: String,
    pub has_encoded_video: bool,
    pub sidecar_path: Option<String>,
    /// Whether the user changed facts that the sidecar does not say yet.
    pub sidecar_due: bool,
}

pub fn find_subject(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Subject>> {
    let sql = "SELECT asset.owner_id, asset.original_path, asset.original_file_name, asset.file_created_at, \
        asset.file_modified_at, exif.edited, asset.encoded_video_path IS NOT NULL, asset.sidecar_path, \
        exif.sidecar_due FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id = $1";
    connection.query_optional(sql, &[id.into()], |row| {
        Ok(Subject {
            owner_id: row.get(0)?,
            original_path: row.get(1)?,
            original_file_name: row.get(2)?,
            file_created_at: row.get(3)?,
            file_modified_at: row.get(4)?,
            edited: row.get(5)?,
            has_encoded_video: row.get(6)?,
            sidecar_path: row.get(7)?,
            sidecar_due: row.get(8)?,
        })
    })
}

/// What the user changed of an asset, to be written to its sidecar. Times are microseconds.
#[derive(Debug, Clone)]
pub struct Edited {
    /// What was changed, by commas.
    pub edited: String,
    pub description: String,
    pub rating: Option<i64>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub moment: i64,
    /// The wall clock at that moment, as if it were UTC.
    pub local: i64,
    pub zone: Option<String>,
    /// Whether the tags that the file names are known.
    pub tags_read: bool,
    /// Tells this state from later ones.
    pub update_id: Uuid,
}

pub fn find_edited(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Edited>> {
    let sql = "SELECT exif.edited, exif.description, exif.rating, exif.latitude, exif.longitude, \
        asset.file_created_at, asset.local_date_time, exif.time_zone, exif.tags_read, exif.update_id \
        FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id = $1";
    connection.query_optional(sql, &[id.into()], |row| {
        Ok(Edited {
            edited: row.get(0)?,
            description: row.get(1)?,
            rating: row.get(2)?,
            latitude: row.get(3)?,
            longitude: row.get(4)?,
            moment: row.get(5)?,
            local: row.get(6)?,
            zone: row.get(7)?,
            tags_read: row.get(8)?,
            update_id: row.get(9)?,
        })
    })
}

/// Notes that the sidecar says what the user had changed by then, unless more was changed meanwhile.
pub fn set_sidecar_written(
    connection: &mut Connection<'_>,
    id: Uuid,
    update_id: Uuid,
) -> Result<()> {
    let sql = "UPDATE exif SET sidecar_due = FALSE WHERE asset_id = $1 AND update_id = $2";
    connection
        .execute(sql, &[id.into(), update_id.into()])
        .map(drop)
}

/// Enqueues a job for every asset that lacks what it makes, or for every asset that it can be made for. Mail lacks
/// being sent when it was tried in vain; what only waits for its time is sent early by force.
pub fn enqueue_many(
    connection: &mut Connection<'_>,
    kind: JobKind,
    priority: i64,
    is_forced: bool,
    now: i64,
) -> Result<()> {
    const ASSETS: &str = "asset JOIN exif ON exif.asset_id = asset.id";
    let (subjects, all, missing) = match kind {
        JobKind::ExtractMetadata => (
            ASSETS,
            "TRUE",
            "(exif.width IS NULL OR exif.tags_read = FALSE)",
        ),
        JobKind::GenerateThumbnails => (
            ASSETS,
            "TRUE",
            "(asset.thumbnail_path IS NULL OR asset.preview_path IS NULL OR asset.thumbhash IS NULL)",
        ),
        JobKind::TranscodeVideo => (
            ASSETS,
            "asset.type = 'VIDEO'",
            "asset.type = 'VIDEO' AND asset.encoded_video_path IS NULL",
        ),
        JobKind::WriteSidecar => (
            ASSETS,
            "exif.edited NOT IN ('', 'motion')",
            "exif.sidecar_due = TRUE",
        ),
        JobKind::SendMail => (
            "mail",
            "TRUE",
            "NOT EXISTS (SELECT 1 FROM job waiting WHERE waiting.kind = $1 AND waiting.subject_id = mail.id \
             AND waiting.is_dead = FALSE AND waiting.error IS NULL)",
        ),
        JobKind::EmptyTrash
        | JobKind::ExpireAccounts
        | JobKind::RemoveAccount
        | JobKind::CleanUpNotifications => return Ok(()),
    };
    let id = if kind == JobKind::SendMail {
        "mail.id"
    } else {
        "asset.id"
    };
    let wanted = if is_forced { all } else { missing };
    let new_id = match connection {
        Connection::Sqlite(_) => "randomblob(16)",
        Connection::Postgres(_) => "gen_random_uuid()",
    };
    let sql = format!(
        "INSERT INTO job (id, kind, subject_id, priority, run_at, generation, attempts, is_dead, created_at) \
         SELECT {new_id}, $1, {id}, $2, $3, 0, 0, FALSE, $3 FROM {subjects} WHERE {wanted} \
         ON CONFLICT (kind, subject_id) DO UPDATE SET run_at = excluded.run_at, attempts = 0, is_dead = FALSE, \
         error = NULL"
    );
    connection.execute(&sql, &[kind.into(), priority.into(), now.into()])?;
    Ok(())
}

/// The state of every queue that has jobs or is paused.
pub fn list_states(
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
pub fn list_entries(
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
pub fn pause(connection: &mut Connection<'_>, queue: JobName) -> Result<()> {
    let sql = "INSERT INTO paused_queue (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
    connection.execute(sql, &[queue.into()]).map(drop)
}

pub fn resume(connection: &mut Connection<'_>, queue: JobName) -> Result<()> {
    let sql = "DELETE FROM paused_queue WHERE name = $1";
    connection.execute(sql, &[queue.into()]).map(drop)
}

/// Forgets the jobs that no one has begun.
pub fn delete_waiting(connection: &mut Connection<'_>, queue: JobName, now: i64) -> Result<()> {
    let sql = format!(
        "DELETE FROM job WHERE {} = $1 AND is_dead = FALSE AND (leased_until IS NULL OR leased_until < $2)",
        queue_of_kind()
    );
    let parameters = [queue.into(), now.into()];
    connection.execute(&sql, &parameters).map(drop)
}

/// Forgets the jobs that were given up.
pub fn delete_failed(connection: &mut Connection<'_>, queue: JobName) -> Result<()> {
    let sql = format!(
        "DELETE FROM job WHERE {} = $1 AND is_dead = TRUE",
        queue_of_kind()
    );
    connection.execute(&sql, &[queue.into()]).map(drop)
}
