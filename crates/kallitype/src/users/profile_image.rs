//! The pictures of people. What was sent is a stranger's file and is not kept: a confined worker draws it anew, small.

use std::fs::File;
use std::io::Write;

use kallitype_media::{Encoding, MediaError, OutputFormat, RenderOptions};
use uuid::Uuid;

use super::queries;
use crate::assets::file_type::FileType;
use crate::assets::queries::doom_file;
use crate::db::{self, Connection, update_id};
use crate::http::error::{ApiError, Result};
use crate::http::state::App;
use crate::ingest::ReceivedFile;
use crate::storage::{Key, Kind, Placed};

/// The long edge, in pixels, and the quality.
const EDGE: u32 = 512;
const QUALITY: u8 = 85;

/// What one's picture is stored and served as.
const FORMAT: OutputFormat = OutputFormat::Webp;
pub const EXTENSION: &str = "webp";
pub const MIME: &str = "image/webp";

/// Draws a picture anew, upright and without anything but its pixels.
///
/// # Errors
/// 400 for what is no picture, or none that can be drawn within the limits.
pub async fn draw(app: &App, file: &ReceivedFile) -> Result<Vec<u8>> {
    let input = File::open(file.draft.path())?;
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
pub async fn place(app: &App, user: Uuid, picture: Vec<u8>) -> Result<Placed> {
    let storage = app.storage.clone();
    let placing = tokio::task::spawn_blocking(move || {
        let mut draft = storage.draft()?;
        draft.write_all(&picture)?;
        let key = Key::derived(user, update_id(), Kind::ProfileImage, EXTENSION);
        draft.place(&storage, user, key)
    });
    Ok(placing.await.map_err(ApiError::internal)??)
}

/// Gives someone another picture, or none; answers whether they had one, which then is to be removed.
///
/// # Errors
/// When the database fails.
pub fn exchange(
    connection: &mut Connection<'_>,
    user: Uuid,
    path: Option<&str>,
    now: i64,
) -> db::Result<bool> {
    let had_one = forget(connection, user, now)?;
    queries::set_profile_image(connection, user, path, now)?;
    Ok(had_one)
}

/// Notes someone's picture for removal; answers whether there was one.
///
/// # Errors
/// When the database fails.
pub fn forget(connection: &mut Connection<'_>, user: Uuid, now: i64) -> db::Result<bool> {
    connection.lock("account", user)?;
    let path = queries::find_profile_image(connection, user)?;
    if let Some(path) = &path {
        doom_file(connection, path, now)?;
    }
    Ok(path.is_some())
}
