//! Durable work: rows in the database, enqueued in the transaction that needs them, claimed with a lease,
//! retried with growing pauses, put aside with their error when they keep failing.

mod bell;
mod clean_up_notifications;
mod derived;
pub(crate) mod dto;
mod empty_trash;
mod extract_metadata;
mod extract_video;
mod fact_row;
mod generate_thumbnails;
mod get_all_jobs_status;
mod get_job_entries;
mod motion_photo;
mod progress;
mod queries;
mod remove_account;
mod schedule;
mod send_job_command;
mod send_mail;
mod transcode_video;
mod video;
mod workers;
mod write_sidecar;

use utoipa_axum::routes;
use uuid::Uuid;

pub use bell::Bell;
pub use schedule::start as start_schedule;
pub use workers::{Workers, start};

use self::dto::JobName;
use crate::access::Permission::{JobCreate, JobRead};
use crate::config::{Role, TranscodePolicy};
use crate::db::{Connection, Result};
use crate::http::routes::{Routes, Who};
use crate::http::state::App;
use crate::http::time::now;
use crate::wire_enum;

/// Every URL about jobs, with who may call it.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::Admin(JobRead),
            routes!(get_all_jobs_status::get_all_jobs_status),
        )
        .add(
            Who::Admin(JobRead),
            routes!(get_job_entries::get_job_entries),
        )
        .add(
            Who::Admin(JobCreate),
            routes!(send_job_command::send_job_command),
        )
}

wire_enum! {
    /// What is to be done. The subject is an asset, for `RemoveAccount` an account, for `SendMail` a mail, or nil for
    /// what concerns the whole library.
    pub enum JobKind as "JobKind" {
        ExtractMetadata = "extract-metadata",
        GenerateThumbnails = "generate-thumbnails",
        EmptyTrash = "empty-trash",
        TranscodeVideo = "transcode-video",
        ExpireAccounts = "expire-accounts",
        RemoveAccount = "remove-account",
        WriteSidecar = "write-sidecar",
        SendMail = "send-mail",
        CleanUpNotifications = "clean-up-notifications",
    }
}

/// Work that waits for each other. What takes hours has workers of its own, and so has what waits for another server,
/// so that pictures need not wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Everything that is in no other.
    Pictures,
    /// Converting videos.
    Videos,
    /// Sending mail.
    Mail,
}

impl JobKind {
    /// What the API calls the queue it waits in.
    fn queue(self) -> JobName {
        match self {
            Self::ExtractMetadata => JobName::MetadataExtraction,
            Self::GenerateThumbnails => JobName::ThumbnailGeneration,
            Self::EmptyTrash
            | Self::ExpireAccounts
            | Self::RemoveAccount
            | Self::CleanUpNotifications => JobName::BackgroundTask,
            Self::TranscodeVideo => JobName::VideoConversion,
            Self::WriteSidecar => JobName::Sidecar,
            Self::SendMail => JobName::Notifications,
        }
    }

    /// Lower numbers are done first.
    fn priority(self) -> i64 {
        match self {
            Self::ExtractMetadata => 10,
            Self::WriteSidecar => 15,
            Self::GenerateThumbnails => 20,
            Self::SendMail => 20,
            Self::EmptyTrash
            | Self::ExpireAccounts
            | Self::RemoveAccount
            | Self::CleanUpNotifications => 30,
            Self::TranscodeVideo => 40,
        }
    }
}

/// Whether videos are converted at all, or why not.
///
/// # Errors
/// The reason.
pub fn can_transcode(app: &App) -> std::result::Result<(), String> {
    if app.settings.video.transcode == TranscodePolicy::Off {
        return Err("it is switched off".into());
    }
    match &app.video_tools {
        Err(reason) if app.settings.has_role(Role::Worker) => Err(reason.clone()),
        _ => Ok(()),
    }
}

/// How far someone who waits goes before the rest.
const BY_HAND: i64 = 5;

/// Has something done for a subject, once, however often it is asked for before it is begun.
///
/// # Errors
/// When the database fails.
pub fn enqueue(connection: &mut Connection<'_>, kind: JobKind, subject: Uuid) -> Result<()> {
    queries::enqueue(connection, kind, subject, kind.priority(), now())
}

/// As [`enqueue`], but not before `run_at`, in microseconds UTC. What waits already is not put off.
///
/// # Errors
/// When the database fails.
pub fn enqueue_later(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
    run_at: i64,
) -> Result<()> {
    queries::enqueue_later(connection, kind, subject, kind.priority(), now(), run_at)
}

/// As [`enqueue`], before what the server does by itself.
///
/// # Errors
/// When the database fails.
pub fn enqueue_by_hand(
    connection: &mut Connection<'_>,
    kind: JobKind,
    subject: Uuid,
) -> Result<()> {
    queries::enqueue(connection, kind, subject, kind.priority() - BY_HAND, now())
}
