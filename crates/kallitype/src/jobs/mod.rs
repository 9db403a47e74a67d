//! Durable work: rows in the database, enqueued in the transaction that needs them, claimed with a lease,
//! retried with growing pauses, put aside with their error when they keep failing.

mod bell;
mod empty_trash;
mod extract_metadata;
mod extract_video;
mod fact_row;
mod generate_thumbnails;
mod motion_photo;
mod progress;
mod queries;
mod transcode_video;
mod video;
mod workers;

use uuid::Uuid;

pub use bell::Bell;
pub use empty_trash::repeat as repeat_empty_trash;
pub use workers::{Workers, start};

use crate::config::{Role, TranscodePolicy};
use crate::db::{Connection, Result};
use crate::http::state::App;
use crate::http::time::now;
use crate::wire_enum;

wire_enum! {
    /// What is to be done. The subject is an asset, or nil for what concerns the whole library.
    pub enum JobKind as "JobKind" {
        ExtractMetadata = "extract-metadata",
        GenerateThumbnails = "generate-thumbnails",
        EmptyTrash = "empty-trash",
        TranscodeVideo = "transcode-video",
    }
}

/// Work that waits for each other. What takes hours has workers of its own, so that pictures need not wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Everything but converting videos.
    Pictures,
    /// Converting videos.
    Videos,
}

impl JobKind {
    /// Lower numbers are done first.
    fn priority(self) -> i64 {
        match self {
            Self::ExtractMetadata => 10,
            Self::GenerateThumbnails => 20,
            Self::EmptyTrash => 30,
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
