//! What the server remembers of itself, for administrators.

pub(crate) mod admin_onboarding;
pub(crate) mod dto;
pub(crate) mod get_reverse_geocoding_state;
pub(crate) mod get_version_check_state;

use utoipa_axum::routes;

use crate::access::Permission::{SystemMetadataRead, SystemMetadataUpdate};
use crate::app::routes::{Routes, Who};

/// Every URL about it, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    let reader = Who::Admin(SystemMetadataRead);
    routes
        .add(reader, routes!(admin_onboarding::get_admin_onboarding))
        .add(
            Who::Admin(SystemMetadataUpdate),
            routes!(admin_onboarding::update_admin_onboarding),
        )
        .add(
            reader,
            routes!(get_reverse_geocoding_state::get_reverse_geocoding_state),
        )
        .add(
            reader,
            routes!(get_version_check_state::get_version_check_state),
        )
}
