//! Looks into a file for what it says of itself, and records it. What the user said stays.

use uuid::Uuid;

use crate::app::state::App;
use crate::config::StackRule;
use crate::core::assets::facts::FactsRow;
use crate::core::assets::{facts, live_photo, sidecar};
use crate::core::duplicates;
use crate::core::people::found::{FoundFace, record_found};
use crate::core::stacks::automatic;
use crate::core::tags::own;
use crate::jobs::backlog::Backlog;
use crate::jobs::error::JobError;
use crate::jobs::found::{Found, read_headers};
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::jobs::subject::Subject;
use crate::jobs::{
    apply_storage_template, extract_video, faces, fact_row, motion_photo, subject, video,
};
use crate::queue::enqueue;
use crate::queue::kind::JobKind;
use kallitype_db::Connection;
use kallitype_media::{Facts, WorkerPool};
use kallitype_storage::is_external;
use kallitype_web::error::ApiError;
use kallitype_web::time::now;

/// What is recorded of it.
struct Findings {
    row: FactsRow,
    tags: Vec<String>,
    /// None when faces are not imported.
    faces: Option<Vec<FoundFace>>,
    stack_rules: Vec<StackRule>,
    microseconds: Option<i64>,
    wants_transcode: bool,
}

pub(crate) struct ExtractMetadata;

impl Job for ExtractMetadata {
    const KIND: JobKind = JobKind::ExtractMetadata;
    const BACKLOG: Option<Backlog> = Some(Backlog::assets(
        "TRUE",
        "(exif.width IS NULL OR exif.tags_read = FALSE)",
    ));

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, &app.media, subject).await
    }
}

async fn run(app: &App, media: &WorkerPool, id: Uuid) -> Result<(), JobError> {
    let Some(subject) = app
        .db
        .read(move |connection| subject::find_subject(connection, id))
        .await?
        .filter(|subject| !subject.is_offline)
    else {
        return Ok(());
    };
    let found = if video::is_video(&subject) {
        extract_video::look(app, media, &subject).await?
    } else {
        look(app, media, &subject).await?
    };
    let mut found = with_sidecar(app, media, &subject, found).await?;
    let motion_part = found.facts.motion_part;
    let findings = Findings {
        microseconds: found
            .facts
            .duration_milliseconds
            .and_then(|length| i64::try_from(length.checked_mul(1000)?).ok()),
        wants_transcode: found.wants_transcode,
        stack_rules: app.settings.stacks.auto_stack.clone(),
        tags: found.facts.tags.take().unwrap_or_default(),
        faces: match app.config().metadata.faces.import {
            true => Some(faces::found(&mut found.facts)),
            false => None,
        },
        row: fact_row::of(
            found.facts,
            subject.file_created_at,
            subject.file_modified_at,
            app.config().reverse_geocoding.enabled,
        ),
    };
    let (owner, checksum) = (subject.owner_id, subject.checksum.clone());
    let recorded = app
        .commit(move |connection| record(connection, (owner, id), &checksum, &findings))
        .await?;
    let Some(present) = recorded else {
        return Ok(());
    };
    if let Some(part) = motion_part {
        motion_photo::take_out(app, id, &present, part).await?;
    }
    // Last, for what is taken out is read from where the file lies now.
    let config = app.config();
    if config.storage_template.enabled && !is_external(&present.original_path) {
        app.commit(move |connection| apply_storage_template::request(connection, &config, id))
            .await?;
    }
    found.failure.map_or(Ok(()), Err)
}

async fn look(app: &App, media: &WorkerPool, subject: &Subject) -> Result<Found, JobError> {
    let (facts, failure) = match read_headers(app, media, subject).await {
        Err(failure @ JobError::Permanent(_)) => (Facts::default(), Some(failure)),
        read => (read?, None),
    };
    Ok(Found {
        facts,
        failure,
        ..Found::default()
    })
}

/// What was found, and what the sidecar says better. One that cannot be read leaves the file's own facts.
async fn with_sidecar(
    app: &App,
    media: &WorkerPool,
    subject: &Subject,
    found: Found,
) -> Result<Found, JobError> {
    let Some(location) = subject.sidecar() else {
        return Ok(found);
    };
    let Some(sidecar) = sidecar::open(app, location).await? else {
        return Ok(found);
    };
    let limit = sidecar::max_bytes(&app.settings);
    match media.read_sidecar(sidecar, limit).await {
        Ok(facts) => Ok(Found {
            facts: found.facts.overruled_by(facts),
            ..found
        }),
        Err(error) if error.is_permanent() => {
            let failure = JobError::Permanent(format!("the sidecar cannot be read: {error}"));
            Ok(Found {
                failure: found.failure.or(Some(failure)),
                ..found
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// Records what was found, if the asset still has the file it was found in; answers what the asset is now, and which
/// assets changed beyond their facts.
fn record(
    connection: &mut Connection<'_>,
    (owner, id): (Uuid, Uuid),
    checksum: &[u8],
    findings: &Findings,
) -> Result<Option<Subject>, ApiError> {
    if findings
        .faces
        .as_ref()
        .is_some_and(|faces| !faces.is_empty())
    {
        // One after another: two pictures of someone new could each make a person.
        connection.lock("account", owner)?;
    }
    // Meanwhile the user may have changed the asset, given it another file or deleted it.
    connection.lock("asset", id)?;
    let present =
        subject::find_subject(connection, id)?.filter(|present| present.checksum == checksum);
    let Some(present) = present else {
        return Ok(None);
    };
    facts::apply(connection, id, &findings.row, &present.edited, now())?;
    own::record_found(connection, present.owner_id, id, &findings.tags, now())?;
    if let Some(faces) = &findings.faces {
        record_found(connection, present.owner_id, id, faces, now())?;
    }
    if let Some(microseconds) = findings.microseconds {
        facts::set_duration(connection, id, microseconds)?;
    }
    if findings.wants_transcode && !present.has_encoded_video {
        enqueue(connection, JobKind::TranscodeVideo, id)?;
    }
    if present.sidecar_due {
        enqueue(connection, JobKind::WriteSidecar, id)?;
    }
    live_photo::pair(connection, id)?;
    duplicates::request(connection, id)?;
    automatic::request(connection, id, &findings.stack_rules)?;
    if present.is_unread {
        facts::tell_if_ready(connection, id)?;
    }
    Ok(subject::find_subject(connection, id)?)
}
