//! Makes the thumbnail, the preview and the thumbhash of a picture, or of the frame that stands for a video.

use std::fs::File;
use std::io::Write;

use kallitype_media::{RenderOptions, Rendered, WorkerPool};
use uuid::Uuid;

use super::queries::{self, Subject};
use super::video;
use super::workers::JobError;
use crate::assets::facts;
use crate::assets::file_type::{FileKind, FileType};
use crate::db::update_id;
use crate::http::state::App;
use crate::http::time::now;
use crate::library;
use crate::storage::{Key, Kind, Placed, Storage};

/// The formats that can be decoded.
const DECODED: [&str; 6] = ["jpg", "jpeg", "jpe", "png", "webp", "gif"];

pub async fn run(app: &App, media: &WorkerPool, id: Uuid) -> Result<(), JobError> {
    let Some(subject) = app
        .db
        .read(move |connection| queries::find_subject(connection, id))
        .await?
    else {
        return Ok(());
    };
    let Some(file_type) = FileType::of_name(&subject.original_file_name) else {
        return Ok(());
    };
    let options = RenderOptions {
        pixel_limit: app.settings.media_max_pixels,
        ..RenderOptions::default()
    };
    let picture = match file_type.kind {
        FileKind::Image => open_picture(app, &subject, file_type)?,
        FileKind::Video => make_poster(app, &subject, options.preview_size).await?,
        FileKind::Sidecar => return Ok(()),
    };
    let rendered = media.render(picture, options).await?;
    keep(app, id, &subject, rendered).await
}

fn open_picture(app: &App, subject: &Subject, file_type: &FileType) -> Result<File, JobError> {
    if !DECODED.contains(&file_type.extension) {
        return Err(JobError::Permanent(format!(
            "pictures of type {} cannot be decoded yet",
            file_type.extension
        )));
    }
    let key = Key::parse(&subject.original_path)
        .ok_or_else(|| JobError::Permanent("the path is no key".into()))?;
    Ok(app.storage.open_file(&key)?)
}

/// The frame that stands for a video. Its file has no name any more and goes with the descriptor.
async fn make_poster(app: &App, subject: &Subject, long_edge: u32) -> Result<File, JobError> {
    let tools = video::tools(app)?;
    let input = video::original_path(app, subject)?;
    let found = tools.probe(&input).await?;
    let draft = app.storage.draft()?;
    tools
        .poster(&input, draft.path(), &found, long_edge)
        .await?;
    Ok(File::open(draft.path())?)
}

/// Stores what was made and records it; what it takes the place of is removed.
async fn keep(app: &App, id: Uuid, subject: &Subject, rendered: Rendered) -> Result<(), JobError> {
    let (storage, owner, hash) = (app.storage.clone(), subject.owner_id, rendered.thumbhash);
    let generation = update_id();
    let placing = tokio::task::spawn_blocking(move || {
        let thumbnail = store(
            &storage,
            id,
            Key::derived(owner, generation, Kind::Thumbnail),
            &rendered.thumbnail,
        )?;
        let preview = store(
            &storage,
            id,
            Key::derived(owner, generation, Kind::Preview),
            &rendered.preview,
        )?;
        Ok::<_, std::io::Error>((thumbnail, preview))
    });
    let placed = placing
        .await
        .map_err(|error| JobError::Temporary(error.to_string()))??;
    let (thumbnail, preview) = (placed.0.key().to_string(), placed.1.key().to_string());
    let original = subject.original_path.clone();
    let is_recorded = app
        .db
        .write(move |connection| {
            facts::set_derived(
                connection,
                id,
                &original,
                &thumbnail,
                &preview,
                &hash,
                now(),
            )
        })
        .await?;
    // The file was replaced or deleted meanwhile: dropping the placed files removes them.
    if is_recorded {
        placed.0.settle();
        placed.1.settle();
        library::remove_doomed_files(app).await;
    }
    Ok(())
}

fn store(storage: &Storage, asset: Uuid, key: Key, bytes: &[u8]) -> std::io::Result<Placed> {
    let mut draft = storage.draft()?;
    draft.write_all(bytes)?;
    draft.place(storage, asset, key)
}
