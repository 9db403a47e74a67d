//! What every kind of work on videos begins with.

use std::path::PathBuf;

use crate::app::state::App;
use crate::config::TranscodePolicy;
use crate::core::assets::file_type::{FileKind, FileType};
use crate::jobs::error::JobError;
use crate::jobs::subject::Subject;
use kallitype_media::{Facts, VideoFacts, VideoTools};
use kallitype_storage::StorageKey;

/// The programs. Without them there is no use in trying again before the next start.
pub(crate) fn tools(app: &App) -> Result<&VideoTools, JobError> {
    app.video_tools.as_ref().map_err(|reason| {
        JobError::Permanent(format!(
            "nothing can be done with videos: {reason}; install ffmpeg, or say where it is, and restart"
        ))
    })
}

pub(crate) fn is_video(subject: &Subject) -> bool {
    FileType::of_name(&subject.original_file_name)
        .is_some_and(|known| known.kind == FileKind::Video)
}

pub(crate) fn original_path(app: &App, subject: &Subject) -> Result<PathBuf, JobError> {
    let key = StorageKey::parse(&subject.original_path)
        .ok_or_else(|| JobError::Permanent("the path is no key".into()))?;
    Ok(app.storage.path(&key))
}

/// Whether the settings ask for a version for browsers.
pub(crate) fn wants_transcode(app: &App, facts: &VideoFacts) -> bool {
    match app.settings.video.transcode {
        TranscodePolicy::Off => false,
        TranscodePolicy::Required => !facts.plays_in_browsers(),
        TranscodePolicy::All => true,
    }
}

/// What is recorded of a video as it is of a picture: its picture as `ffprobe` sees it, and for the rest what its
/// headers say, of which `ffprobe` knows a part.
pub(crate) fn to_facts(video: &VideoFacts, headers: Facts) -> Facts {
    let place = headers.latitude.zip(headers.longitude).or(video.place);
    let (latitude, longitude) = place.unzip();
    Facts {
        width: Some(video.width),
        height: Some(video.height),
        orientation: Some(video.orientation()),
        taken_at: headers.taken_at.or(video.taken_at),
        make: headers.make.or_else(|| video.make.clone()),
        model: headers.model.or_else(|| video.model.clone()),
        latitude,
        longitude,
        duration_milliseconds: video
            .duration_milliseconds
            .or(headers.duration_milliseconds),
        ..headers
    }
}
