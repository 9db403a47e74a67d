//! Makes the thumbnail, the preview and the thumbhash of a picture.

use std::io::Write;

use kallitype_media::{RenderOptions, Rendered, WorkerPool};
use uuid::Uuid;

use super::queries::{self, Subject};
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
    if file_type.kind != FileKind::Image {
        return Ok(());
    }
    if !DECODED.contains(&file_type.extension) {
        return Err(JobError::Permanent(format!(
            "pictures of type {} cannot be decoded yet",
            file_type.extension
        )));
    }
    let key = Key::parse(&subject.original_path)
        .ok_or_else(|| JobError::Permanent("the path is no key".into()))?;
    let options = RenderOptions {
        pixel_limit: app.settings.media_max_pixels,
        ..RenderOptions::default()
    };
    let rendered = media.render(app.storage.open_file(&key)?, options).await?;
    keep(app, id, &subject, rendered).await
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
