//! The wire of the job operations.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::queue::kind::JobName;
use kallitype_web::fields::Fields;
use kallitype_web::query;
use kallitype_web::request;
use kallitype_web::time::Time;
use kallitype_web::wire_enum;

wire_enum! {
    /// What can be done with a queue.
    pub enum JobCommand as "JobCommand" {
        Start = "start",
        Pause = "pause",
        Resume = "resume",
        Empty = "empty",
        ClearFailed = "clear-failed",
    }
}

request! {
    /// A command, and for `start` whether what is there already is made again.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct JobCommandDto {
        command: JobCommand = required_enumeration(),
        #[schema(nullable = false)]
        force: Option<bool> = boolean(),
    }
}

wire_enum! {
    /// What can be done at once that comes round by itself.
    pub enum ManualJobName as "ManualJobName" {
        PersonCleanup = "person-cleanup",
        TagCleanup = "tag-cleanup",
        UserCleanup = "user-cleanup",
        MemoryCleanup = "memory-cleanup",
        MemoryCreate = "memory-create",
        BackupDatabase = "backup-database",
    }
}

request! {
    /// What is to be done.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct JobCreateDto {
        name: ManualJobName = required_enumeration(),
    }
}

/// How many jobs of a queue are in which state. Jobs that are done are not kept.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub(crate) struct JobCountsDto {
    #[schema(value_type = i32)]
    pub active: i64,
    #[schema(value_type = i32)]
    pub completed: i64,
    /// To be tried again later.
    #[schema(value_type = i32)]
    pub delayed: i64,
    /// Tried for the last time; their errors are kept.
    #[schema(value_type = i32)]
    pub failed: i64,
    #[schema(value_type = i32)]
    pub paused: i64,
    #[schema(value_type = i32)]
    pub waiting: i64,
}

/// What a queue does.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueStatusDto {
    pub is_active: bool,
    pub is_paused: bool,
}

/// The state of a queue.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobStatusDto {
    pub job_counts: JobCountsDto,
    pub queue_status: QueueStatusDto,
}

/// The state of every queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AllJobStatusResponseDto {
    pub background_task: JobStatusDto,
    pub backup_database: JobStatusDto,
    pub duplicate_detection: JobStatusDto,
    pub face_detection: JobStatusDto,
    pub facial_recognition: JobStatusDto,
    pub library: JobStatusDto,
    pub metadata_extraction: JobStatusDto,
    pub migration: JobStatusDto,
    pub notifications: JobStatusDto,
    pub search: JobStatusDto,
    pub sidecar: JobStatusDto,
    pub smart_search: JobStatusDto,
    pub storage_template_migration: JobStatusDto,
    pub thumbnail_generation: JobStatusDto,
    pub video_conversion: JobStatusDto,
}

wire_enum! {
    /// Where a job stands.
    pub enum JobState as "JobState" {
        Active = "active",
        Failed = "failed",
        Waiting = "waiting",
    }
}

/// A job that is not done yet, or was given up.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobEntryDto {
    pub queue: JobName,
    pub state: JobState,
    /// Null for work on something else.
    #[schema(value_type = Option<Uuid>)]
    pub asset_id: Option<Uuid>,
    /// How often it was begun.
    pub attempts: i64,
    /// Percent, of work that says how far it has come.
    pub progress: Option<i64>,
    /// Why it did not succeed the last time.
    pub error: Option<String>,
    #[schema(value_type = String)]
    pub created_at: Time,
}

query! {
    /// Which jobs are asked for.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct JobEntryQuery {
        #[param(required = false, minimum = 1)]
        page: i64 = or(1, page),
        #[param(nullable = false)]
        queue: Option<JobName> = enumeration(),
        #[param(nullable = false)]
        state: Option<JobState> = enumeration(),
        #[param(required = false, minimum = 1, maximum = 1000)]
        size: i64 = or(PAGE, size),
    }
}

/// How many jobs are answered in one page, unless it is said, and at most.
const PAGE: i64 = 100;
const MAX_PAGE: i64 = 1000;

fn page(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 1, i64::from(i32::MAX))
}

fn size(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 1, MAX_PAGE)
}
