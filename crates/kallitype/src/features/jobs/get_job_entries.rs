//! `GET /jobs/entries`: the jobs themselves, how far they have come and why they failed. Kallitype's own.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::features::jobs::dto::{JobEntryDto, JobEntryQuery};
use crate::features::jobs::queries;
use kallitype_web::error::Result;
use kallitype_web::fields::Queried;

#[utoipa::path(
    get,
    path = "/api/jobs/entries",
    tag = "Jobs",
    operation_id = "getJobEntries",
    params(JobEntryQuery),
    responses((status = 200, body = Vec<JobEntryDto>, description = "")),
)]
pub(crate) async fn get_job_entries(
    State(app): State<App>,
    Queried(wanted): Queried<JobEntryQuery>,
) -> Result<Json<Vec<JobEntryDto>>> {
    let entries = app
        .db
        .scan(move |connection| queries::list_entries(connection, wanted))
        .await?;
    Ok(Json(entries))
}
