//! The moving part of a live photo: a video of the same owner that does not show up by itself.

use uuid::Uuid;

use crate::core::assets::model::{AssetType, Visibility};
use crate::core::assets::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

/// Takes a video out of the timeline to be a picture's moving part.
///
/// # Errors
/// 400 when it is not a video of the same owner.
pub(crate) fn hide(connection: &mut Connection<'_>, owner: Uuid, video: Uuid) -> Result<()> {
    let Some((kind, visibility)) = queries::find_kind(connection, owner, video)? else {
        return Err(ApiError::bad_request("Live photo video not found"));
    };
    if kind != AssetType::Video {
        return Err(ApiError::bad_request("Live photo video must be a video"));
    }
    if visibility == Visibility::Hidden {
        return Ok(());
    }
    Ok(queries::set_visibility(
        connection,
        video,
        Visibility::Hidden,
        now(),
    )?)
}

/// Puts a video that no picture moves by any more back into the timeline.
///
/// # Errors
/// When the database fails.
pub(crate) fn release(connection: &mut Connection<'_>, owner: Uuid, video: Uuid) -> Result<()> {
    let still_hidden = matches!(
        queries::find_kind(connection, owner, video)?,
        Some((_, Visibility::Hidden))
    );
    if !still_hidden || queries::is_motion_part(connection, video)? {
        return Ok(());
    }
    Ok(queries::set_visibility(
        connection,
        video,
        Visibility::Timeline,
        now(),
    )?)
}
