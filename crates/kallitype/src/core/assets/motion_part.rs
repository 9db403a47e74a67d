//! The moving part of a live photo: a video of the same owner that does not show up by itself.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use crate::app::events;
use crate::core::assets::model::{AssetType, Visibility};
use crate::core::assets::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::now;

/// The device that sent those that were taken out of their pictures' files, as far as clients ask.
pub(crate) const DEVICE: &str = "kallitype";

/// What that device calls them: their pictures' ids, and this.
pub(crate) const SUFFIX: &str = "-motion";

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
    queries::set_visibility(connection, video, Visibility::Hidden, now())?;
    Ok(events::tell(
        connection,
        owner,
        "on_asset_hidden",
        vec![json!(video)],
    )?)
}

/// Refuses to move moving parts without their pictures: they follow them. Answers which of some assets are parts whose
/// pictures are among them.
///
/// # Errors
/// 400 for a part whose picture is not among them.
pub(crate) fn require_pictures(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let parts = queries::list_motion_parts(connection, ids)?;
    let given: HashSet<&Uuid> = ids.iter().collect();
    let followers = parts.iter().filter(|(_, picture)| given.contains(picture));
    let followers: HashSet<Uuid> = followers.map(|(part, _)| *part).collect();
    match parts.iter().all(|(part, _)| followers.contains(part)) {
        true => Ok(followers),
        false => Err(ApiError::bad_request(
            "The moving part of a picture shows up where its picture does",
        )),
    }
}

/// Refuses a video of another library as the moving part of a picture: it would go with the picture's. What was taken out
/// of a picture's file belongs to the picture.
///
/// # Errors
/// 400 for one of another.
pub(crate) fn require_same_library(
    connection: &mut Connection<'_>,
    library: Option<Uuid>,
    video: Uuid,
) -> Result<()> {
    let found = queries::find_origin(connection, video)?;
    match found {
        Some((of, device)) if of != library && device != DEVICE => Err(ApiError::bad_request(
            "A picture and its moving part must be of the same library",
        )),
        _ => Ok(()),
    }
}

/// Refuses a moving part for what is no picture.
///
/// # Errors
/// 400 for anything else.
pub(crate) fn require_picture(kind: AssetType) -> Result<()> {
    match kind {
        AssetType::Image => Ok(()),
        _ => Err(ApiError::bad_request("Only a picture has a moving part")),
    }
}
