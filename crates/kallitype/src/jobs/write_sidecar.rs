//! Writes what the user changed of an asset to its XMP sidecar, where other programs read it. What else stands in the
//! sidecar stays. One that cannot be taken apart is left as it is, and the job says so.
//!
//! A sidecar that names tags names all of them. So they are written only when those of the file are known. With faces it
//! is the same; those in the sidecar that are not known here stay.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use jiff::tz::Offset;
use uuid::Uuid;

use crate::app::events;
use crate::app::events::Event;
use crate::app::state::App;
use crate::core::assets::facts::is_edited;
use crate::core::assets::sidecar;
use crate::core::tags;
use crate::jobs::apply_storage_template;
use crate::jobs::backlog::Backlog;
use crate::jobs::error::JobError;
use crate::jobs::faces;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::jobs::subject;
use crate::jobs::subject::{Edited, Subject};
use crate::queue::kind::JobKind;
use crate::queue::table;
use kallitype_db::Connection;
use kallitype_media::{FaceEdits, MediaError, SidecarEdits, WallClock, WorkerPool, new_sidecar};
use kallitype_storage::{Before, Location, Replacement, StorageKey};

/// What is to be written, and where.
struct Task {
    subject: Subject,
    edits: SidecarEdits,
    /// Whether it is everything.
    is_whole: bool,
    update_id: Uuid,
}

pub(crate) struct WriteSidecar;

impl Job for WriteSidecar {
    const KIND: JobKind = JobKind::WriteSidecar;
    const BACKLOG: Option<Backlog> = Some(Backlog::assets(
        "exif.edited NOT IN ('', 'motion')",
        "exif.sidecar_due = TRUE",
    ));

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, &app.media, subject).await
    }
}

async fn run(app: &App, media: &WorkerPool, id: Uuid) -> Result<(), JobError> {
    let Some(task) = app
        .db
        .read_consistent(move |connection| find(connection, id))
        .await?
    else {
        return Ok(());
    };
    if !task.is_whole {
        // After it, this is done again.
        look_into(app, id).await?;
    }
    let Task {
        subject,
        mut edits,
        is_whole,
        update_id,
    } = task;
    let key = match subject.original()? {
        Location::Stored(key) => key.sidecar(),
        // Nothing is written in a library: there, what the user changed is kept by the database and the journal alone.
        Location::External(_) => return set_written(app, id, subject.owner_id, update_id).await,
    };
    let owner = subject.owner_id;
    // Whoever else put one there, it is kept.
    let present = sidecar::open(app, Location::Stored(key.clone())).await?;
    edits.faces = match edits.faces {
        Some(known) => with_those_of_file(app, media, &subject, known, present.is_some()).await?,
        None => None,
    };
    if edits == SidecarEdits::default() {
        return match is_whole {
            true => set_written(app, id, owner, update_id).await,
            false => Ok(()),
        };
    }
    let before = Before::of(present.as_ref())?;
    let written = write(app, media, present, edits).await?;
    let successor = Arc::new(ready(app, id, key, written).await?);
    let placed = successor.clone();
    let is_put = app
        .commit(move |connection| {
            sidecar::put(connection, id, &subject.original_path, &before, &placed)
        })
        .await?;
    if !is_put {
        return again_if_there(app, id).await;
    }
    sidecar::settle(app, successor).await?;
    match is_whole {
        true => set_written(app, id, owner, update_id).await,
        false => Ok(()),
    }
}

/// Adds the faces that the file itself names. Where there is no sidecar and no face to name, there is nothing to say.
async fn with_those_of_file(
    app: &App,
    media: &WorkerPool,
    subject: &Subject,
    mut known: FaceEdits,
    has_sidecar: bool,
) -> Result<Option<FaceEdits>, JobError> {
    known.inherited = faces::of_file(app, media, subject).await?;
    let is_needed = has_sidecar || !known.named.is_empty() || !known.inherited.is_empty();
    Ok(is_needed.then_some(known))
}

async fn set_written(app: &App, id: Uuid, owner: Uuid, update_id: Uuid) -> Result<(), JobError> {
    let config = app.config();
    app.commit(move |connection| {
        subject::set_sidecar_written(connection, id, update_id)?;
        apply_storage_template::request(connection, &config, id)?;
        events::note(connection, &Event::AssetUpdated { owner, asset: id })
    })
    .await?;
    Ok(())
}

fn find(connection: &mut Connection<'_>, id: Uuid) -> kallitype_db::Result<Option<Task>> {
    let (Some(subject), Some(edited)) = (
        subject::find_subject(connection, id)?,
        subject::find_edited(connection, id)?,
    ) else {
        return Ok(None);
    };
    let has_tags = is_edited(&edited.edited, "tags");
    let has_faces = is_edited(&edited.edited, "faces");
    let mut edits = edits(&edited);
    if has_tags && edited.tags_read {
        edits.tags = Some(tags::queries::list_values(connection, id)?);
    }
    // How the picture is turned, its file says.
    if has_faces && edited.tags_read {
        edits.faces = Some(faces::edits(connection, id, &edited)?);
    }
    Ok(Some(Task {
        subject,
        is_whole: edited.tags_read || !(has_tags || has_faces),
        update_id: edited.update_id,
        edits,
    }))
}

async fn look_into(app: &App, id: Uuid) -> Result<(), JobError> {
    let kind = JobKind::ExtractMetadata;
    app.commit(move |connection| table::schedule(connection, kind, id))
        .await?;
    Ok(())
}

/// What the user changed, and nothing else: the rest the file says itself.
fn edits(edited: &Edited) -> SidecarEdits {
    let is_edited = |what: &str| is_edited(&edited.edited, what);
    let place = edited.latitude.zip(edited.longitude);
    let rating = edited.rating.and_then(|rating| i32::try_from(rating).ok());
    SidecarEdits {
        description: is_edited("description").then(|| edited.description.clone()),
        taken_at: is_edited("date").then(|| wall_clock(edited)).flatten(),
        // What is no name says no more than the date.
        zone: edited
            .zone
            .clone()
            .filter(|zone| is_edited("date") && zone.contains('/')),
        place: place.filter(|_| is_edited("place")),
        rating: is_edited("rating").then(|| rating.unwrap_or(0)),
        ..SidecarEdits::default()
    }
}

/// When the asset was taken, as a camera's clock showed it.
fn wall_clock(edited: &Edited) -> Option<WallClock> {
    let local = jiff::Timestamp::from_microsecond(edited.local).ok()?;
    let offset_seconds = (edited.local - edited.moment).div_euclid(1_000_000);
    let offset_seconds = match edited.zone {
        Some(_) => i32::try_from(offset_seconds).ok(),
        None => None,
    };
    Some(WallClock::new(
        Offset::UTC.to_datetime(local),
        offset_seconds,
    ))
}

async fn write(
    app: &App,
    media: &WorkerPool,
    present: Option<File>,
    edits: SidecarEdits,
) -> Result<Vec<u8>, JobError> {
    let Some(present) = present else {
        return Ok(new_sidecar(&edits)?);
    };
    let limit = sidecar::max_bytes(&app.settings);
    let written = media.rewrite_sidecar(present, limit, edits).await;
    written.map_err(|error| match error {
        MediaError::Malformed(_) | MediaError::TooLarge(_) => JobError::Permanent(format!(
            "the sidecar cannot be read and was left as it is; what the user changed is not in it: {error}"
        )),
        other => other.into(),
    })
}

/// Makes a sidecar's bytes durable, under no name of the library's yet.
async fn ready(
    app: &App,
    id: Uuid,
    key: StorageKey,
    written: Vec<u8>,
) -> Result<Replacement, JobError> {
    let storage = app.storage.clone();
    let readying = tokio::task::spawn_blocking(move || {
        let mut draft = storage.draft()?;
        draft.write_all(&written)?;
        draft.ready(&storage, id, key)
    });
    let ready = readying
        .await
        .map_err(|error| JobError::Temporary(error.to_string()))?;
    Ok(ready?)
}

/// Meanwhile the asset was given another file or sidecar, or it was deleted.
async fn again_if_there(app: &App, id: Uuid) -> Result<(), JobError> {
    let found = app
        .db
        .read(move |connection| subject::find_subject(connection, id))
        .await?;
    match found {
        Some(_) => Err(JobError::Changed(
            "the sidecar has changed meanwhile".into(),
        )),
        None => Ok(()),
    }
}
