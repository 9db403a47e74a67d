//! The map: where pictures were taken, and what a place is called.

pub(crate) mod dto;
pub(crate) mod get_map_markers;
pub(crate) mod queries;
pub(crate) mod reverse_geocode;

use utoipa_axum::routes;

use crate::access::Permission;
use crate::app::routes::{Routes, Who};

/// Every URL about the map, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    let who = Who::User(Permission::All);
    routes
        .add(who, routes!(get_map_markers::get_map_markers))
        .add(who, routes!(reverse_geocode::reverse_geocode))
}
