//! Faces between what files say and what is stored: files tell of boxes on pictures as they are stored, people draw them
//! on upright ones.

use uuid::Uuid;

use crate::app::state::App;
use crate::core::people::face::FaceBox;
use crate::core::people::found::FoundFace;
use crate::core::people::queries;
use crate::jobs::error::JobError;
use crate::jobs::found::read_headers;
use crate::jobs::subject::{Edited, Subject};
use crate::jobs::video;
use kallitype_db::{Connection, Result};
use kallitype_media::{FaceEdits, FaceRegion, Facts, WorkerPool};

/// The faces that a file and its sidecar name, on the upright picture. The size of a picture that no one knows is no size.
pub(crate) fn found(facts: &mut Facts) -> Vec<FoundFace> {
    let orientation = facts.orientation.unwrap_or(1);
    let own_size = facts.width.zip(facts.height);
    let upright = |region: FaceRegion| {
        let (width, height) = region.drawn_on.or(own_size)?;
        let size = match orientation {
            5..=8 => (height, width),
            _ => (width, height),
        };
        let area = region.area.upright(orientation);
        let area = FaceBox::of(area, (size.0.into(), size.1.into()))?;
        Some(FoundFace {
            name: region.name,
            area,
        })
    };
    let regions = facts.faces.take().unwrap_or_default();
    regions.into_iter().filter_map(upright).collect()
}

/// What is known of the faces on an asset, to be said in its sidecar. Only those are named whose person has a name.
pub(crate) fn edits(
    connection: &mut Connection<'_>,
    asset: Uuid,
    edited: &Edited,
) -> Result<FaceEdits> {
    let orientation = edited.orientation.as_deref();
    let orientation = orientation.and_then(|text| text.parse().ok()).unwrap_or(1);
    let pixels = |length: Option<i64>| u32::try_from(length?).ok();
    let drawn_on = pixels(edited.width).zip(pixels(edited.height));
    let mut edits = FaceEdits {
        mark: asset.to_string(),
        ..FaceEdits::default()
    };
    for face in queries::list_present(connection, asset)? {
        let Some(area) = face.area.area() else {
            continue;
        };
        let area = area.stored(orientation);
        edits.known.push(area);
        let name = face.person_name.filter(|name| !name.is_empty());
        if let Some(name) = name.filter(|_| !face.is_deleted) {
            edits.named.push(FaceRegion {
                name,
                area,
                drawn_on,
            });
        }
    }
    Ok(edits)
}

/// The faces that a file names itself.
pub(crate) async fn of_file(
    app: &App,
    media: &WorkerPool,
    subject: &Subject,
) -> std::result::Result<Vec<FaceRegion>, JobError> {
    if video::is_video(subject) {
        return Ok(Vec::new());
    }
    match read_headers(app, media, subject).await {
        Err(JobError::Permanent(_)) => Ok(Vec::new()),
        read => Ok(read?.faces.unwrap_or_default()),
    }
}
