//! Everything that can be done.

use std::pin::Pin;

use uuid::Uuid;

use crate::app::state::App;
use crate::config::{Settings, SystemConfigDto};
use crate::jobs::apply_storage_template::ApplyStorageTemplate;
use crate::jobs::back_up_database::BackUpDatabase;
use crate::jobs::backlog::Backlog;
use crate::jobs::clean_up_memories::CleanUpMemories;
use crate::jobs::clean_up_notifications::CleanUpNotifications;
use crate::jobs::clean_up_persons::CleanUpPersons;
use crate::jobs::clean_up_tags::CleanUpTags;
use crate::jobs::clean_up_tombstones::CleanUpTombstones;
use crate::jobs::create_memories::CreateMemories;
use crate::jobs::detect_duplicates::DetectDuplicates;
use crate::jobs::detect_faces::DetectFaces;
use crate::jobs::empty_trash::EmptyTrash;
use crate::jobs::encode_asset::EncodeAsset;
use crate::jobs::error::JobError;
use crate::jobs::extract_metadata::ExtractMetadata;
use crate::jobs::generate_person_thumbnail::GeneratePersonThumbnail;
use crate::jobs::generate_thumbnails::GenerateThumbnails;
use crate::jobs::hash_library::HashLibrary;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::jobs::recognize_faces::{RecognizeFace, RetryFaces};
use crate::jobs::remove_account::{ExpireAccounts, RemoveAccount};
use crate::jobs::remove_library::RemoveLibrary;
use crate::jobs::remux_video::RemuxVideo;
use crate::jobs::renew_words::RenewWords;
use crate::jobs::scan_library::ScanLibrary;
use crate::jobs::send_mail::SendMail;
use crate::jobs::stack_asset::StackAsset;
use crate::jobs::transcode_video::TranscodeVideo;
use crate::jobs::write_sidecar::WriteSidecar;
use crate::queue::kind::JobKind;
use crate::queue::table::Claimed;

/// A job for each kind.
pub(crate) const JOBS: &[Entry] = &[
    entry::<ExtractMetadata>(),
    entry::<GenerateThumbnails>(),
    entry::<GeneratePersonThumbnail>(),
    entry::<DetectDuplicates>(),
    entry::<EncodeAsset>(),
    entry::<DetectFaces>(),
    entry::<RecognizeFace>(),
    entry::<RetryFaces>(),
    entry::<EmptyTrash>(),
    entry::<TranscodeVideo>(),
    entry::<RemuxVideo>(),
    entry::<ExpireAccounts>(),
    entry::<RemoveAccount>(),
    entry::<WriteSidecar>(),
    entry::<ScanLibrary>(),
    entry::<HashLibrary>(),
    entry::<RemoveLibrary>(),
    entry::<SendMail>(),
    entry::<CleanUpNotifications>(),
    entry::<CreateMemories>(),
    entry::<CleanUpMemories>(),
    entry::<CleanUpTombstones>(),
    entry::<StackAsset>(),
    entry::<ApplyStorageTemplate>(),
    entry::<RenewWords>(),
    entry::<BackUpDatabase>(),
    entry::<CleanUpPersons>(),
    entry::<CleanUpTags>(),
];

/// What a [`Job`] says of itself.
pub(crate) struct Entry {
    pub kind: JobKind,
    pub backlog: Option<Backlog>,
    pub interval_seconds: fn(&Settings) -> Option<u64>,
    pub is_wanted: fn(&SystemConfigDto) -> bool,
    run: for<'a> fn(&'a App, Uuid, &'a Progress) -> Running<'a>,
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send + 'a>>;

const fn entry<J: Job>() -> Entry {
    Entry {
        kind: J::KIND,
        backlog: J::BACKLOG,
        interval_seconds: J::interval_seconds,
        is_wanted: J::is_wanted,
        run: run::<J>,
    }
}

fn run<'a, J: Job>(app: &'a App, subject: Uuid, progress: &'a Progress) -> Running<'a> {
    Box::pin(J::run(app, subject, progress))
}

/// The job of a kind.
pub(crate) fn find(kind: JobKind) -> Option<&'static Entry> {
    JOBS.iter().find(|entry| entry.kind == kind)
}

/// Does a job that was claimed. What it was about may have changed since it was looked up, as when a file got another name:
/// then it is done once more, from the beginning.
///
/// # Errors
/// Why it was not done, and whether it may be tried again.
pub(crate) async fn perform(app: &App, progress: &Progress, job: &Claimed) -> Result<(), JobError> {
    match find(job.kind) {
        Some(entry) => match (entry.run)(app, job.subject, progress).await {
            Err(JobError::Changed(_)) => (entry.run)(app, job.subject, progress).await,
            done => done,
        },
        None => Err(JobError::Permanent("no job does this".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::JOBS;
    use crate::queue::kind::JobKind;
    use kallitype_web::fields::Enumeration;

    #[test]
    fn every_kind_has_one_job() {
        for (name, kind) in JobKind::CHOICES {
            let jobs = JOBS.iter().filter(|entry| entry.kind == *kind).count();
            assert_eq!(jobs, 1, "{name}");
        }
    }
}
