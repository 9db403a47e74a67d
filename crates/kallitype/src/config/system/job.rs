//! How many jobs are done at once.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{section, whole};
use kallitype_web::fields::Fields;
use kallitype_web::request;

/// Jobs of one queue at once, at most.
pub(crate) const MAX_CONCURRENCY: u32 = 100;

/// What does not limit queues whose pace the number of media workers sets.
const UNLIMITED: JobSettingsDto = JobSettingsDto { concurrency: 64 };

request! {
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigJobDto {
        background_task: JobSettingsDto = with(section),
        face_detection: JobSettingsDto = with(section),
        library: JobSettingsDto = with(section),
        metadata_extraction: JobSettingsDto = with(section),
        migration: JobSettingsDto = with(section),
        notifications: JobSettingsDto = with(section),
        search: JobSettingsDto = with(section),
        sidecar: JobSettingsDto = with(section),
        smart_search: JobSettingsDto = with(section),
        thumbnail_generation: JobSettingsDto = with(section),
        video_conversion: JobSettingsDto = with(section),
    }
}

request! {
    /// How many jobs of a queue one process does at once.
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    pub(crate) struct JobSettingsDto {
        #[schema(value_type = i32, minimum = 1)]
        concurrency: u32 = with(concurrency),
    }
}

impl Default for JobSettingsDto {
    fn default() -> Self {
        Self { concurrency: 1 }
    }
}

impl Default for SystemConfigJobDto {
    fn default() -> Self {
        let of = |concurrency| JobSettingsDto { concurrency };
        Self {
            background_task: UNLIMITED,
            face_detection: of(2),
            library: of(5),
            metadata_extraction: UNLIMITED,
            migration: of(5),
            notifications: of(1),
            search: of(5),
            sidecar: UNLIMITED,
            smart_search: of(2),
            thumbnail_generation: UNLIMITED,
            video_conversion: of(1),
        }
    }
}

fn concurrency(fields: &Fields<'_>, name: &str) -> u32 {
    whole(fields, name, 1, i64::from(MAX_CONCURRENCY))
}
