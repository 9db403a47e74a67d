//! Live photos: a picture and a video that were taken together. Either both say so with the same identifier,
//! whichever of them arrives first, or the video is a part of the picture's file.

use uuid::Uuid;

use crate::core::assets::model::AssetType;
use crate::core::assets::{motion_part, queries};
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

/// Joins an asset with what has the same identifier: a picture with its video, a video with every picture that waits
/// for it.
///
/// # Errors
/// When the database fails.
pub(crate) fn pair(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    let Some(half) = queries::find_live_half(connection, id)? else {
        return Ok(());
    };
    let counterparts = queries::list_counterparts(connection, &half)?;
    match half.kind {
        AssetType::Image if half.live_photo_video_id.is_some() => {}
        AssetType::Image => {
            if let Some(video) = counterparts.first() {
                join(connection, id, *video)?;
            }
        }
        AssetType::Video => {
            for picture in counterparts {
                join(connection, picture, id)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Makes a video the moving part of a picture that has none, if both are still there.
fn join(connection: &mut Connection<'_>, picture: Uuid, video: Uuid) -> Result<()> {
    // Meanwhile either may have been deleted, or the picture given another moving part.
    connection.lock("asset", picture)?;
    connection.lock("asset", video)?;
    let (Some(still), Some(_)) = (
        queries::find_live_half(connection, picture)?,
        queries::find_live_half(connection, video)?,
    ) else {
        return Ok(());
    };
    if still.live_photo_video_id.is_some() {
        return Ok(());
    }
    motion_part::hide(connection, still.owner_id, video)?;
    Ok(queries::set_motion_part(
        connection,
        picture,
        Some(video),
        now(),
    )?)
}

/// A picture that holds a video, as long as it has that file.
#[derive(Debug, Clone)]
pub(crate) struct Still {
    pub id: Uuid,
    pub owner_id: Uuid,
    /// Of that file.
    pub checksum: Vec<u8>,
}

/// Makes a video the moving part of the picture that it was found in.
///
/// # Errors
/// 409 when the picture has changed meanwhile or is gone.
pub(crate) fn attach(connection: &mut Connection<'_>, still: &Still, video: Uuid) -> Result<()> {
    connection.lock("asset", still.id)?;
    connection.lock("asset", video)?;
    if !queries::wants_motion_part(connection, still.id, &still.checksum)? {
        return Err(ApiError::conflict("The picture has changed meanwhile"));
    }
    motion_part::hide(connection, still.owner_id, video)?;
    Ok(queries::set_motion_part(
        connection,
        still.id,
        Some(video),
        now(),
    )?)
}
