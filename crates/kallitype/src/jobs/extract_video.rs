//! Records what a video is, and has it converted if the settings want that.

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

pub async fn run(app: &App, id: Uuid, subject: Subject) -> std::result::Result<(), JobError> {
    let facts = video::tools(app)?
        .probe(&video::original_path(app, &subject)?)
        .await?;
    let found = Found {
        row: extract_metadata::to_row(
            video::to_facts(&facts),
            subject.file_created_at,
            subject.file_modified_at,
        ),
        microseconds: facts
            .duration_milliseconds
            .and_then(|length| i64::try_from(length.checked_mul(1000)?).ok()),
        wants_transcode: video::wants_transcode(app, &facts),
    };
    app.db
        .write(move |connection| record(connection, id, &subject, &found))
        .await?;
    app.bell.ring();
    Ok(())
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
