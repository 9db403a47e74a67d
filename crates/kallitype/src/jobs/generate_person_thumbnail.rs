//! Draws the thumbnail of a person: the face that stands for them, cut from the preview of the picture that it is on.

use uuid::Uuid;

use crate::app::state::App;
use crate::core::people::featured;
use crate::core::people::featured::FeaturedFace;
use crate::core::people::person::{THUMBNAIL_EXTENSION, THUMBNAIL_SIDE};
use crate::jobs::backlog::Backlog;
use crate::jobs::derived::record_files;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::kind::JobKind;
use kallitype_db::new_id;
use kallitype_media::CropOptions;
use kallitype_storage::{Kind, StorageKey};
use kallitype_web::time::now;

pub(crate) struct GeneratePersonThumbnail;

impl Job for GeneratePersonThumbnail {
    const KIND: JobKind = JobKind::GeneratePersonThumbnail;
    const BACKLOG: Option<Backlog> = Some(Backlog::of(
        "person.id",
        "person",
        "TRUE",
        "person.thumbnail_path IS NULL AND person.faces > 0",
    ));

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, subject).await
    }
}

async fn run(app: &App, person: Uuid) -> Result<(), JobError> {
    let found = app
        .commit(move |connection| featured::find_or_choose(connection, person, now()))
        .await?;
    let Some(face) = found else {
        return Ok(());
    };
    // Without a preview, this is done again once there is one.
    let Some(path) = &face.preview_path else {
        return Ok(());
    };
    let preview = StorageKey::parse(path)
        .ok_or_else(|| JobError::Permanent("the path of the preview is no key".into()))?;
    let thumbnail = draw(app, preview, &face).await?;
    let (owner, generation) = (face.owner_id, new_id());
    let key = StorageKey::derived(
        owner,
        generation,
        Kind::PersonThumbnail,
        THUMBNAIL_EXTENSION,
    );
    let placed = app.place_bytes(person, key, thumbnail).await?;
    let path = placed.key().to_string();
    record_files(app, [placed], move |connection| {
        featured::set_thumbnail(connection, person, &face, &path, now())
    })
    .await
}

async fn draw(app: &App, preview: StorageKey, face: &FeaturedFace) -> Result<Vec<u8>, JobError> {
    let extension = preview.as_str().rsplit('.').next().unwrap_or_default();
    let options = CropOptions {
        area: face.area.parts(),
        side: THUMBNAIL_SIDE,
        quality: app.config().image.preview.quality,
        pixel_limit: app.settings.media_max_pixels,
    };
    let extension = extension.to_owned();
    let picture = app.open_file(preview).await?;
    Ok(app.media.crop(picture, &extension, options).await?)
}
