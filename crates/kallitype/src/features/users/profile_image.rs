use std::fs::File;

use uuid::Uuid;

use crate::app::state::App;
use crate::core::accounts::profile_image::{EDGE, EXTENSION, FORMAT, QUALITY};
use crate::core::assets::file_type::FileType;
use crate::ingest::ReceivedFile;
use kallitype_db::new_id;
use kallitype_media::{Encoding, MediaError, RenderOptions};
use kallitype_storage::{Kind, Placed, StorageKey};
use kallitype_web::error::{ApiError, Result};

/// Draws a picture anew, upright and without anything but its pixels.
///
/// # Errors
/// 400 for what is no picture, or none that can be drawn within the limits.
pub(crate) async fn draw(app: &App, file: &ReceivedFile) -> Result<Vec<u8>> {
    let path = file.draft.path().to_owned();
    let input = app.file_readers.run(move || File::open(path)).await?;
    // The content decides; the name only tells apart what looks the same.
    let known = FileType::of_name(file.name.as_deref().unwrap_or_default());
    let extension = known.map_or("", |known| known.extension);
    let encoding = Encoding {
        format: FORMAT,
        quality: QUALITY,
    };
    let options = RenderOptions {
        preview_size: EDGE,
        preview: encoding,
        thumbnail_size: EDGE,
        thumbnail: encoding,
        fullsize_quality: None,
        fullsize_max_bytes: 0,
        pixel_limit: app.settings.media_max_pixels,
    };
    match app.media.render(input, extension, options).await {
        Ok(rendered) => Ok(rendered.preview),
        Err(error @ (MediaError::Io(_) | MediaError::Unavailable(_))) => {
            Err(ApiError::internal(error))
        }
        Err(error) => {
            tracing::info!(%error, "a profile image could not be drawn");
            Err(ApiError::bad_request(
                "The file is no picture that can be shown",
            ))
        }
    }
}

/// Makes a picture durable. No record refers to it yet.
///
/// # Errors
/// 507 when the disk is full.
pub(crate) async fn place(app: &App, user: Uuid, picture: Vec<u8>) -> Result<Placed> {
    let key = StorageKey::derived(user, new_id(), Kind::ProfileImage, EXTENSION);
    Ok(app.place_bytes(user, key, picture).await?)
}
