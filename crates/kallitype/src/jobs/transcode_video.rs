//! Makes the version of a video that browsers play, if the settings ask for one.

use uuid::Uuid;

use crate::app::state::App;
use crate::config::Role;
use crate::config::system::ffmpeg::TranscodePolicy;
use crate::core::assets::facts;
use crate::jobs::backlog::Backlog;
use crate::jobs::derived::record_files;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::jobs::subject::Subject;
use crate::jobs::{subject, video};
use crate::queue::kind::JobKind;
use kallitype_db::new_id;
use kallitype_media::{Target, VideoFacts};
use kallitype_storage::{Draft, Kind, Placed, StorageKey};
use kallitype_web::time::now;

pub(crate) struct TranscodeVideo;

impl Job for TranscodeVideo {
    const KIND: JobKind = JobKind::TranscodeVideo;
    const BACKLOG: Option<Backlog> = Some(Backlog::assets(
        "asset.type = 'VIDEO'",
        "asset.type = 'VIDEO' AND asset.encoded_video_path IS NULL",
    ));

    async fn run(app: &App, subject: Uuid, progress: &Progress) -> Result<(), JobError> {
        run(app, progress, subject).await
    }
}

async fn run(app: &App, progress: &Progress, id: Uuid) -> Result<(), JobError> {
    let subject = app
        .db
        .read(move |connection| subject::find_subject(connection, id))
        .await?;
    let Some(subject) = subject.filter(video::is_video) else {
        return Ok(());
    };
    let tools = video::tools(app)?;
    let input = video::original_path(app, &subject).await?;
    let found = video::answer(app, &input, tools.probe(&input).await).await?;
    if !video::wants_transcode(app, &found) {
        return record(app, id, &subject, None).await;
    }
    let draft = convert(app, progress, &subject, &found).await?;
    keep(app, id, &subject, draft).await
}

async fn convert(
    app: &App,
    progress: &Progress,
    subject: &Subject,
    found: &VideoFacts,
) -> Result<Draft, JobError> {
    let input = video::original_path(app, subject).await?;
    let (draft, max_bytes) = video::begin(app).await?;
    let target = target(app, max_bytes);
    let said = progress.clone();
    progress.set(0);
    let transcoded = video::tools(app)?
        .transcode(&input, draft.path(), found, &target, move |percent| {
            said.set(percent)
        })
        .await
        .map_err(|error| video::not_made(app, max_bytes, error));
    video::answer(app, &input, transcoded).await?;
    Ok(draft)
}

/// What is wanted, of so many bytes at most.
fn target(app: &App, max_bytes: u64) -> Target {
    let ffmpeg = &app.config().ffmpeg;
    Target {
        codec: ffmpeg.target_video_codec.into(),
        short_edge: ffmpeg.short_edge(),
        constant_rate_factor: ffmpeg.crf,
        preset: ffmpeg.preset.clone(),
        acceleration: ffmpeg.acceleration(),
        device: ffmpeg.device(),
        threads: ffmpeg.threads,
        // When only the container or the sound is in the way, the picture need not lose anything.
        keeps_common_picture: ffmpeg.transcode == TranscodePolicy::Required,
        max_bytes,
    }
}

/// Stores what was made and records it; what it takes the place of is removed.
async fn keep(app: &App, id: Uuid, subject: &Subject, draft: Draft) -> Result<(), JobError> {
    let key = StorageKey::derived(subject.owner_id, new_id(), Kind::EncodedVideo, "mp4");
    let placed = video::place(app, id, draft, key).await?;
    record(app, id, subject, Some(placed)).await
}

async fn record(
    app: &App,
    id: Uuid,
    subject: &Subject,
    placed: Option<Placed>,
) -> Result<(), JobError> {
    let checksum = subject.checksum.clone();
    let encoded = placed.as_ref().map(|placed| placed.key().to_string());
    record_files(app, placed, move |connection| {
        facts::set_encoded_video(connection, id, &checksum, encoded.as_deref(), now())
    })
    .await
}

/// Whether videos are converted at all, or why not.
///
/// # Errors
/// The reason.
pub(crate) fn can_transcode(app: &App) -> Result<(), String> {
    if app.config().ffmpeg.transcode == TranscodePolicy::Disabled {
        return Err("it is switched off".into());
    }
    match &app.video_tools {
        Err(reason) if app.settings.has_role(Role::Worker) => Err(reason.clone()),
        _ => Ok(()),
    }
}
