//! `GET /jobs`: what every queue does.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::features::jobs::dto::{AllJobStatusResponseDto, JobStatusDto};
use crate::features::jobs::queries;
use crate::queue::kind::JobName;
use kallitype_web::error::Result;

#[utoipa::path(
    get,
    path = "/api/jobs",
    tag = "Jobs",
    operation_id = "getAllJobsStatus",
    responses((status = 200, body = AllJobStatusResponseDto, description = "")),
)]
pub(crate) async fn get_all_jobs_status(
    State(app): State<App>,
) -> Result<Json<AllJobStatusResponseDto>> {
    let states = app.db.scan(queries::list_states).await?;
    let state = |name: JobName| -> JobStatusDto {
        let found = states.iter().find(|(known, _)| *known == name);
        found.map(|(_, state)| *state).unwrap_or_default()
    };
    Ok(Json(AllJobStatusResponseDto {
        background_task: state(JobName::BackgroundTask),
        backup_database: state(JobName::BackupDatabase),
        duplicate_detection: state(JobName::DuplicateDetection),
        face_detection: state(JobName::FaceDetection),
        facial_recognition: state(JobName::FacialRecognition),
        library: state(JobName::Library),
        metadata_extraction: state(JobName::MetadataExtraction),
        migration: state(JobName::Migration),
        notifications: state(JobName::Notifications),
        search: state(JobName::Search),
        sidecar: state(JobName::Sidecar),
        smart_search: state(JobName::SmartSearch),
        storage_template_migration: state(JobName::StorageTemplateMigration),
        thumbnail_generation: state(JobName::ThumbnailGeneration),
        video_conversion: state(JobName::VideoConversion),
    }))
}
