//! Durable work: rows in the database, enqueued in the transaction that needs them, claimed with a lease,
//! retried with growing pauses, put aside with their error when they keep failing.

mod bell;
mod empty_trash;
mod extract_metadata;
mod generate_thumbnails;
mod queries;
mod workers;

use uuid::Uuid;

pub use bell::Bell;
pub use empty_trash::repeat as repeat_empty_trash;
pub use workers::{Workers, start};

use crate::db::{Connection, Result};
use crate::http::time::now;
use crate::wire_enum;

wire_enum! {
    /// What is to be done. The subject is an asset, or nil for what concerns the whole library.
    pub enum JobKind as "JobKind" {
        ExtractMetadata = "extract-metadata",
        GenerateThumbnails = "generate-thumbnails",
        EmptyTrash = "empty-trash",
    }
}

impl JobKind {
    /// Lower numbers are done first.
    fn priority(self) -> i64 {
        match self {
            Self::ExtractMetadata => 10,
            Self::GenerateThumbnails => 20,
            Self::EmptyTrash => 30,
        }
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
