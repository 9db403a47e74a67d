//! `POST /jobs`: has something done at once that comes round by itself.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use crate::app::state::App;
use crate::features::jobs::dto::{JobCreateDto, ManualJobName};
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
    let kind = work_of(dto.name)?;
    app.commit(move |connection| queue::enqueue_by_hand(connection, kind, Uuid::nil()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is to be done.
///
/// # Errors
/// 400 for what this server has not got.
fn work_of(name: ManualJobName) -> Result<JobKind> {
    match name {
        ManualJobName::UserCleanup => Ok(JobKind::ExpireAccounts),
        ManualJobName::MemoryCleanup => Ok(JobKind::CleanUpMemories),
        ManualJobName::MemoryCreate => Ok(JobKind::CreateMemories),
        ManualJobName::PersonCleanup
        | ManualJobName::TagCleanup
        | ManualJobName::BackupDatabase => {
            let name = name.name();
            Err(ApiError::bad_request(format!(
                "This server cannot start {name}"
            )))
        }
    }
}
