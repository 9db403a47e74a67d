//! Records what a video is, and has it converted if the settings want that.

use kallitype_media::{Facts, WorkerPool};
use uuid::Uuid;

use super::queries::{self, Subject};
use super::workers::JobError;
use super::{JobKind, enqueue, extract_metadata, video};
use crate::assets::facts::{self, FactsRow};
use crate::db::{Connection, Result};
use crate::http::state::App;
use crate::http::time::now;

/// What is recorded.
struct Found {
    row: FactsRow,
    microseconds: Option<i64>,
    wants_transcode: bool,
}

pub async fn run(
    app: &App,
    media: &WorkerPool,
    id: Uuid,
    subject: Subject,
) -> std::result::Result<(), JobError> {
    let headers = read_headers(app, media, &subject).await?;
    let probed = video::tools(app)?
        .probe(&video::original_path(app, &subject)?)
        .await?;
    let facts = video::to_facts(&probed, headers);
    let found = Found {
        microseconds: facts
            .duration_milliseconds
            .and_then(|length| i64::try_from(length.checked_mul(1000)?).ok()),
        wants_transcode: video::wants_transcode(app, &probed),
        row: extract_metadata::to_row(facts, subject.file_created_at, subject.file_modified_at),
    };
    app.db
        .write(move |connection| record(connection, id, &subject, &found))
        .await?;
    app.bell.ring();
    Ok(())
}

/// What the file's headers say; nothing for the containers that only `ffprobe` knows.
async fn read_headers(
    app: &App,
    media: &WorkerPool,
    subject: &Subject,
) -> std::result::Result<Facts, JobError> {
    match extract_metadata::read_file(app, media, subject).await {
        Err(JobError::Permanent(_)) => Ok(Facts::default()),
        read => read,
    }
}

fn record(
    connection: &mut Connection<'_>,
    id: Uuid,
    subject: &Subject,
    found: &Found,
) -> Result<()> {
    // Meanwhile the user may have changed the asset, given it another file or deleted it.
    connection.lock("asset", id)?;
    let present = queries::find_subject(connection, id)?
        .filter(|present| present.original_path == subject.original_path);
    let Some(present) = present else {
        return Ok(());
    };
    facts::apply(connection, id, &found.row, &present.edited, now())?;
    if let Some(microseconds) = found.microseconds {
        facts::set_duration(connection, id, microseconds)?;
    }
    if found.wants_transcode && !present.has_encoded_video {
        enqueue(connection, JobKind::TranscodeVideo, id)?;
    }
    Ok(())
}
