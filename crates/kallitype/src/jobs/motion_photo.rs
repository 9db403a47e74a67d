//! Takes the video out of a motion photo: it becomes an asset of its own, by which the picture moves. The picture's
//! file stays as it is.

use std::io::{Read, Seek, SeekFrom};

use uuid::Uuid;

use crate::app::state::App;
use crate::core::assets::live_photo::Still;
use crate::core::assets::model::{AssetType, Visibility};
use crate::core::assets::motion_part;
use crate::core::assets::new_asset::{FileDescription, NewAsset};
use crate::core::assets::{live_photo, queries};
use crate::ingest;
use crate::ingest::{AssetSource, ReceivedFile, Recorded};
use crate::jobs::error::JobError;
use crate::jobs::subject::Subject;
use kallitype_db::new_id;
use kallitype_media::ByteRange;
use kallitype_storage::Storage;

/// What such videos are, whatever camera made them.
const EXTENSION: &str = "mp4";

/// Makes the video in a picture's file its moving part, unless it has one.
pub(crate) async fn take_out(
    app: &App,
    picture: Uuid,
    subject: &Subject,
    part: ByteRange,
) -> Result<(), JobError> {
    let still = Still {
        id: picture,
        owner_id: subject.owner_id,
        checksum: subject.checksum.clone(),
    };
    let checksum = still.checksum.clone();
    let is_wanted = app
        .db
        .read(move |connection| queries::wants_motion_part(connection, picture, &checksum))
        .await?;
    if !is_wanted {
        return Ok(());
    }
    let video = copy(&app.storage, subject, part).await?;
    let asset = new_asset(picture, subject, &video);
    let source = AssetSource::MotionPart(still.clone());
    match ingest::record(app, asset, video, EXTENSION, None, source).await? {
        Recorded::Created(_) => Ok(()),
        Recorded::Duplicate(known) => attach(app, still, known).await,
    }
}

/// Copies a part of an original, to be kept as a file.
async fn copy(
    storage: &Storage,
    subject: &Subject,
    part: ByteRange,
) -> Result<ReceivedFile, JobError> {
    let (location, storage) = (subject.original()?, storage.clone());
    let copying = tokio::task::spawn_blocking(move || {
        let mut original = location.open(&storage)?;
        original.seek(SeekFrom::Start(part.offset))?;
        ingest::copy(&storage, original.take(part.length))
    });
    let video = copying
        .await
        .map_err(|error| JobError::Temporary(error.to_string()))??;
    match video.size == part.length {
        true => Ok(video),
        false => Err(JobError::Permanent("the video is cut off".into())),
    }
}

/// The owner has the same video already. One that is in the trash, or no video by its name, is left alone.
async fn attach(app: &App, still: Still, video: Uuid) -> Result<(), JobError> {
    app.commit(
        move |connection| match queries::find_kind(connection, still.owner_id, video)? {
            Some((AssetType::Video, _)) => live_photo::attach(connection, &still, video),
            _ => Ok(()),
        },
    )
    .await?;
    Ok(())
}

fn new_asset(picture: Uuid, subject: &Subject, video: &ReceivedFile) -> NewAsset {
    let name = &subject.original_file_name;
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    let original = video.original(format!("{stem}.{EXTENSION}"), AssetType::Video);
    let description = FileDescription {
        device_asset_id: format!("{picture}{}", motion_part::SUFFIX),
        device_id: motion_part::DEVICE.to_owned(),
        created_at: subject.file_created_at,
        modified_at: subject.file_modified_at,
        duration: None,
    };
    NewAsset {
        visibility: Visibility::Hidden,
        ..NewAsset::new(new_id(), subject.owner_id, original, description)
    }
}
