//! Partners: users who show others their timeline.

mod create_partner;
pub(crate) mod dto;
mod get_partners;
mod queries;
mod remove_partner;
mod update_partner;

pub use queries::{forget_user, list_in_timeline};

use utoipa_axum::routes;

use crate::access::Permission::{PartnerCreate, PartnerDelete, PartnerRead, PartnerUpdate};
use crate::http::routes::{Routes, Who};

/// Every URL about partners, with who may call it.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
        .schema::<dto::PartnerDirection>()
        .add(Who::User(PartnerRead), routes!(get_partners::get_partners))
        .add(
            Who::User(PartnerCreate),
            routes!(create_partner::create_partner),
        )
        .add(
            Who::User(PartnerCreate),
            routes!(create_partner::create_partner_deprecated),
        )
        .add(
            Who::User(PartnerUpdate),
            routes!(update_partner::update_partner),
        )
        .add(
            Who::User(PartnerDelete),
            routes!(remove_partner::remove_partner),
        )
}
