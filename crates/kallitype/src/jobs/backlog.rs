use crate::queue::JOBS_ENQUEUED;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result};

/// Enqueues a job for every asset that lacks what it makes, or for every asset that it can be made for. Mail lacks
/// being sent when it was tried in vain; what only waits for its time is sent early by force.
pub(crate) fn enqueue_many(
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
    let new_id = connection.random_uuid();
    let sql = format!(
        "INSERT INTO job (id, kind, subject_id, priority, run_at, generation, attempts, is_dead, created_at) \
         SELECT {new_id}, $1, {id}, $2, $3, 0, 0, FALSE, $3 FROM {subjects} WHERE {wanted} \
         ON CONFLICT (kind, subject_id) DO UPDATE SET run_at = excluded.run_at, attempts = 0, is_dead = FALSE, \
         error = NULL"
    );
    connection.mark(JOBS_ENQUEUED);
    connection.execute(&sql, &[kind.into(), priority.into(), now.into()])?;
    Ok(())
}
