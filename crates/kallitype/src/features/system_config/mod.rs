//! The settings that administrators change while the server runs.

pub(crate) mod dto;
pub(crate) mod get_config;
pub(crate) mod get_limits;
pub(crate) mod get_storage_template_options;
pub(crate) mod update_config;

use axum::routing::get;
use utoipa_axum::routes;

use crate::access::Permission::{SystemConfigRead, SystemConfigUpdate};
use crate::app::routes::{Routes, Who};

/// Every URL about settings, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    let reader = Who::Admin(SystemConfigRead);
    routes
        .add(reader, routes!(get_config::get_config))
        .add(
            Who::Admin(SystemConfigUpdate),
            routes!(update_config::update_config),
        )
        .add(reader, routes!(get_config::get_config_defaults))
        .add(
            reader,
            routes!(get_storage_template_options::get_storage_template_options),
        )
        .alias(
            reader,
            "GET",
            "/api/kallitype/system-config",
            get(get_limits::get_limits),
        )
}
