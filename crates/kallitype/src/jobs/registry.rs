use crate::app::state::App;
use crate::jobs::error::JobError;
use crate::jobs::progress::Progress;
use crate::jobs::{
    clean_up_notifications, empty_trash, extract_metadata, generate_thumbnails, remove_account,
    send_mail, transcode_video, write_sidecar,
};
use crate::queue::kind::JobKind;
use crate::queue::table::Claimed;

pub(crate) async fn perform(app: &App, progress: &Progress, job: &Claimed) -> Result<(), JobError> {
    let media = &app.media;
    match job.kind {
        JobKind::ExtractMetadata => extract_metadata::run(app, media, job.subject).await,
        JobKind::GenerateThumbnails => generate_thumbnails::run(app, media, job.subject).await,
        JobKind::EmptyTrash => empty_trash::run(app).await,
        JobKind::TranscodeVideo => transcode_video::run(app, progress, job.subject).await,
        JobKind::ExpireAccounts => remove_account::expire(app).await,
        JobKind::RemoveAccount => remove_account::run(app, job.subject).await,
        JobKind::WriteSidecar => write_sidecar::run(app, media, job.subject).await,
        JobKind::SendMail => send_mail::run(app, job.subject).await,
        JobKind::CleanUpNotifications => clean_up_notifications::run(app).await,
    }
}
