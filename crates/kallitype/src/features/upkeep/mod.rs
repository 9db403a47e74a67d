//! What administrators look after in the web app: the library's integrity, the log, how the library grew. All of it is
//! Kallitype's own, below `/api/kallitype/`.

pub(crate) mod check_integrity;
pub(crate) mod dto;
pub(crate) mod get_integrity;
pub(crate) mod get_log;
pub(crate) mod get_uploads;
pub(crate) mod mend;
pub(crate) mod queries;

use axum::routing::{get, post};

use crate::access::Permission::{JobCreate, JobRead, ServerStatistics, SystemMetadataRead};
use crate::app::routes::{Routes, Who};

/// Every URL about it, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    let starter = Who::Admin(JobCreate);
    routes
        .alias(
            Who::Admin(SystemMetadataRead),
            "GET",
            "/api/kallitype/log",
            get(get_log::get_log),
        )
        .alias(
            Who::Admin(ServerStatistics),
            "GET",
            "/api/kallitype/uploads",
            get(get_uploads::get_uploads),
        )
        .alias(
            Who::Admin(JobRead),
            "GET",
            "/api/kallitype/integrity",
            get(get_integrity::get_integrity),
        )
        .alias(
            starter,
            "POST",
            "/api/kallitype/integrity/start",
            post(check_integrity::start),
        )
        .alias(
            starter,
            "POST",
            "/api/kallitype/integrity/stop",
            post(check_integrity::stop),
        )
        .alias(
            starter,
            "POST",
            "/api/kallitype/integrity/mend",
            post(mend::mend),
        )
}
