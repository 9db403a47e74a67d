//! What every kind of work on videos begins with.

use std::path::{Path, PathBuf};

use crate::app::state::App;
use crate::config::system::ffmpeg::TranscodePolicy;
use crate::core::assets::file_type::{FileKind, FileType};
use crate::jobs::error::JobError;
use crate::jobs::subject::Subject;
use kallitype_media::{Facts, MediaError, VideoFacts, VideoTools};
use kallitype_storage::{Draft, Placed, StorageKey};
use uuid::Uuid;

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

/// The path of a video, for the programs.
pub(crate) async fn original_path(app: &App, subject: &Subject) -> Result<PathBuf, JobError> {
    let (original, storage) = (subject.original()?, app.storage.clone());
    let finding = app
        .file_readers
        .run(move || original.program_path(&storage));
    Ok(finding.await?)
}

/// What a program answered that was to read a video. Why it could not is another thing when the video has another path by
/// now.
pub(crate) async fn answer<T>(
    app: &App,
    path: &Path,
    done: Result<T, impl Into<JobError>>,
) -> Result<T, JobError> {
    let error = match done {
        Ok(answer) => return Ok(answer),
        Err(error) => error.into(),
    };
    let looked_at = path.to_owned();
    let looking = app.file_readers.run(move || looked_at.try_exists());
    match looking.await? {
        true => Err(error),
        false => Err(JobError::Changed(format!("the video is gone: {error}"))),
    }
}

/// A file for what is to be made of a video, and the bytes that it may have.
pub(crate) async fn begin(app: &App) -> Result<(Draft, u64), JobError> {
    let storage = app.storage.clone();
    let keep_free = app.settings.min_free_bytes;
    let beginning = move || Ok((storage.draft()?, storage.unpromised(keep_free)?));
    let (draft, space) = app.file_readers.run(beginning).await?;
    Ok((draft, app.settings.video.transcode_max_bytes.min(space)))
}

/// Why no video was made, of so many bytes at most: when the disk was in the way, it may go better another time.
pub(crate) fn not_made(app: &App, max_bytes: u64, error: MediaError) -> JobError {
    match error {
        MediaError::TooLarge(_) if max_bytes < app.settings.video.transcode_max_bytes => {
            JobError::Temporary("there is no room on the disk".into())
        }
        // It would take as long again.
        MediaError::TimedOut => JobError::Permanent(MediaError::TimedOut.to_string()),
        error => error.into(),
    }
}

/// Makes what was made of an asset's original durable under its final name.
pub(crate) async fn place(
    app: &App,
    asset: Uuid,
    draft: Draft,
    key: StorageKey,
) -> Result<Placed, JobError> {
    let storage = app.storage.clone();
    let placing = tokio::task::spawn_blocking(move || draft.place(&storage, asset, key));
    let placed = placing
        .await
        .map_err(|error| JobError::Temporary(error.to_string()))??;
    Ok(placed)
}

/// Whether the settings ask for a version for browsers.
pub(crate) fn wants_transcode(app: &App, facts: &VideoFacts) -> bool {
    let ffmpeg = &app.config().ffmpeg;
    let is_too_large = || match ffmpeg.short_edge() {
        0 => false,
        limit => facts.width.min(facts.height) > limit,
    };
    match ffmpeg.transcode {
        TranscodePolicy::Disabled => false,
        TranscodePolicy::Required => !facts.plays_in_browsers(),
        TranscodePolicy::Optimal => !facts.plays_in_browsers() || is_too_large(),
        // The rate of bits is not asked for: it is refused where it is chosen.
        TranscodePolicy::All | TranscodePolicy::Bitrate => true,
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
