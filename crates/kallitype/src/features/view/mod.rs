//! One's own timeline by the folders that its files are in, as `originalPath` names them.
//!
//! The folder of a file stands in no index: both operations read the paths of the whole timeline.

pub(crate) mod get_assets_by_original_path;
pub(crate) mod get_unique_original_paths;
pub(crate) mod queries;

use utoipa_axum::routes;

use crate::access::Permission;
use crate::app::routes::{Routes, Who};

/// Every URL about folders, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    let who = Who::User(Permission::All);
    routes
        .add(
            who,
            routes!(get_unique_original_paths::get_unique_original_paths),
        )
        .add(
            who,
            routes!(get_assets_by_original_path::get_assets_by_original_path),
        )
}
