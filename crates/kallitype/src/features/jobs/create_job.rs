//! `POST /jobs`: has something done at once that comes round by itself, or never does.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::app::state::App;
use crate::features::jobs::dto::{JobCreateDto, ManualJobName};
use crate::jobs::back_up_database::IS_POSTGRES;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/jobs",
    tag = "Jobs",
    operation_id = "createJob",
    request_body = JobCreateDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn create_job(
    State(app): State<App>,
    Body(dto): Body<JobCreateDto>,
) -> Result<StatusCode> {
    let kind = work_of(dto.name);
    if kind == JobKind::BackUpDatabase && !app.db.is_embedded() {
        return Err(ApiError::bad_request(IS_POSTGRES));
    }
    app.commit(move |connection| queue::enqueue_by_hand(connection, kind, Uuid::nil()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is to be done.
fn work_of(name: ManualJobName) -> JobKind {
    match name {
        ManualJobName::UserCleanup => JobKind::ExpireAccounts,
        ManualJobName::MemoryCleanup => JobKind::CleanUpMemories,
        ManualJobName::MemoryCreate => JobKind::CreateMemories,
        ManualJobName::PersonCleanup => JobKind::CleanUpPersons,
        ManualJobName::TagCleanup => JobKind::CleanUpTags,
        ManualJobName::BackupDatabase => JobKind::BackUpDatabase,
    }
}
