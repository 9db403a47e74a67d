//! Partners: users who show others their timeline.

pub(crate) mod create_partner;
pub(crate) mod dto;
pub(crate) mod get_partners;
pub(crate) mod remove_partner;
pub(crate) mod update_partner;

use utoipa_axum::routes;

use crate::access::Permission::{PartnerCreate, PartnerDelete, PartnerRead, PartnerUpdate};
use crate::app::routes::{Routes, Who};
use crate::core::partners::PartnerDirection;

/// Every URL about partners, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .schema::<PartnerDirection>()
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
