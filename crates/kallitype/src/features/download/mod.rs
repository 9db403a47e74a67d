//! Downloads of many assets: a plan that parts them by size, and archives of them.
//!
//! A plan is taken up again by asking for the archives that did not arrive whole: each is asked for by its ids.

pub(crate) mod download_archive;
pub(crate) mod dto;
pub(crate) mod get_download_info;
pub(crate) mod plan;
pub(crate) mod queries;

use utoipa_axum::routes;

use crate::access::Permission;
use crate::app::routes::{Routes, Who};

/// Every URL about downloads, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    let who = Who::UserOrLink(Permission::AssetDownload);
    routes
        .add(who, routes!(get_download_info::get_download_info))
        .add(who, routes!(download_archive::download_archive))
}
