//! What every kind of work on videos begins with.

use std::path::PathBuf;

use kallitype_media::{Facts, VideoFacts, VideoTools};

use super::queries::Subject;
use super::workers::JobError;
use crate::assets::file_type::{FileKind, FileType};
use crate::config::TranscodePolicy;
use crate::http::state::App;
use crate::storage::Key;

/// The programs. Without them there is no use in trying again before the next start.
pub fn tools(app: &App) -> Result<&VideoTools, JobError> {
    app.video_tools.as_ref().map_err(|reason| {
        JobError::Permanent(format!(
            "nothing can be done with videos: {reason}; install ffmpeg, or say where it is, and restart"
        ))
    })
}

pub fn is_video(subject: &Subject) -> bool {
    FileType::of_name(&subject.original_file_name)
        .is_some_and(|known| known.kind == FileKind::Video)
}

pub fn original_path(app: &App, subject: &Subject) -> Result<PathBuf, JobError> {
    let key = Key::parse(&subject.original_path)
        .ok_or_else(|| JobError::Permanent("the path is no key".into()))?;
    Ok(app.storage.path(&key))
}

/// Whether the settings ask for a version for browsers.
pub fn wants_transcode(app: &App, facts: &VideoFacts) -> bool {
    match app.settings.video.transcode {
        TranscodePolicy::Off => false,
        TranscodePolicy::Required => !facts.plays_in_browsers(),
        TranscodePolicy::All => true,
    }
}

/// What is recorded of a video as it is of a picture.
pub fn to_facts(facts: &VideoFacts) -> Facts {
    let (latitude, longitude) = facts.place.unzip();
    Facts {
        width: Some(facts.width),
        height: Some(facts.height),
        orientation: Some(facts.orientation()),
        taken_at: facts.taken_at,
        make: facts.make.clone(),
        model: facts.model.clone(),
        latitude,
        longitude,
        ..Facts::default()
    }
}
