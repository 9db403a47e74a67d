//! What the server says about itself.

pub(crate) mod dto;
pub(crate) mod get_about_info;
pub(crate) mod get_apk_links;
pub(crate) mod get_readiness;
pub(crate) mod get_server_config;
pub(crate) mod get_server_statistics;
pub(crate) mod get_storage;
pub(crate) mod get_supported_media_types;
pub(crate) mod get_version_check;
pub(crate) mod ping_server;
pub(crate) mod queries;
pub(crate) mod server_license;
pub(crate) mod well_known;

use axum::routing::get;
use utoipa_axum::routes;

use crate::access::Permission::{
    ServerAbout, ServerApkLinks, ServerLicenseDelete, ServerLicenseRead, ServerLicenseUpdate,
    ServerStatistics, ServerStorage, ServerVersionCheck,
};
use crate::app::routes::{Routes, Who};

/// Every URL about the server, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(Who::Anyone, routes!(ping_server::ping_server))
        .add(Who::Anyone, routes!(ping_server::get_server_version))
        .add(Who::Anyone, routes!(ping_server::get_version_history))
        .add(
            Who::User(ServerAbout),
            routes!(get_about_info::get_about_info),
        )
        .add(Who::Anyone, routes!(get_server_config::get_server_features))
        .add(Who::Anyone, routes!(get_server_config::get_server_config))
        .add(Who::Anyone, routes!(get_server_config::get_theme))
        .add(
            Who::Anyone,
            routes!(get_supported_media_types::get_supported_media_types),
        )
        .add(
            Who::Admin(ServerStatistics),
            routes!(get_server_statistics::get_server_statistics),
        )
        .add(Who::User(ServerStorage), routes!(get_storage::get_storage))
        .add(
            Who::User(ServerApkLinks),
            routes!(get_apk_links::get_apk_links),
        )
        .add(
            Who::User(ServerVersionCheck),
            routes!(get_version_check::get_version_check),
        )
        .add(
            Who::Admin(ServerLicenseRead),
            routes!(server_license::get_server_license),
        )
        .add(
            Who::Admin(ServerLicenseUpdate),
            routes!(server_license::set_server_license),
        )
        .add(
            Who::Admin(ServerLicenseDelete),
            routes!(server_license::delete_server_license),
        )
        .page(
            "GET",
            "/api/kallitype/ready",
            get(get_readiness::get_readiness),
        )
        .page(
            "GET",
            "/custom.css",
            get(get_server_config::get_style_sheet),
        )
        .page("GET", "/.well-known/immich", get(well_known::well_known))
        // Version 2 of the official command line client still uses the paths of API 1.
        .page(
            "GET",
            "/api/server-info/ping",
            get(ping_server::ping_server),
        )
        .page(
            "GET",
            "/api/server-info/version",
            get(ping_server::get_server_version),
        )
        .page(
            "GET",
            "/api/server-info/media-types",
            get(get_supported_media_types::get_supported_media_types),
        )
}
