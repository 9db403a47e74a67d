//! What administrators see of the queues, and do with them.

pub(crate) mod create_job;
pub(crate) mod dto;
pub(crate) mod get_all_jobs_status;
pub(crate) mod get_job_entries;
pub(crate) mod queries;
pub(crate) mod send_job_command;

use utoipa_axum::routes;

use crate::access::Permission::{JobCreate, JobRead};
use crate::app::routes::{Routes, Who};

/// Every URL about jobs, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::Admin(JobRead),
            routes!(get_all_jobs_status::get_all_jobs_status),
        )
        .add(
            Who::Admin(JobRead),
            routes!(get_job_entries::get_job_entries),
        )
        .schema::<dto::ManualJobName>()
        .add(Who::Admin(JobCreate), routes!(create_job::create_job))
        .add(
            Who::Admin(JobCreate),
            routes!(send_job_command::send_job_command),
        )
}
