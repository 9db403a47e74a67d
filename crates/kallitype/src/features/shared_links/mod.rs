//! Shared links: a few assets shown to whoever has the link, and the password if it has one.

pub(crate) mod authentication;
pub(crate) mod create_shared_link;
pub(crate) mod dto;
pub(crate) mod get_my_shared_link;
pub(crate) mod get_shared_links;
pub(crate) mod preview;
pub(crate) mod remove_shared_link;
pub(crate) mod response;
pub(crate) mod shared_link_assets;
pub(crate) mod update_shared_link;

use utoipa_axum::routes;

use crate::access::Permission::{
    All, SharedLinkCreate, SharedLinkDelete, SharedLinkRead, SharedLinkUpdate,
};
use crate::app::routes::{Routes, Who};
use kallitype_web::error::ApiError;

/// Every URL about shared links, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::User(SharedLinkCreate),
            routes!(create_shared_link::create_shared_link),
        )
        .add(
            Who::User(SharedLinkRead),
            routes!(get_shared_links::get_all_shared_links),
        )
        .add(
            Who::AnyLink,
            routes!(get_my_shared_link::get_my_shared_link),
        )
        .add(Who::AnyLink, routes!(get_my_shared_link::shared_link_login))
        .add(
            Who::User(SharedLinkRead),
            routes!(get_shared_links::get_shared_link_by_id),
        )
        .add(
            Who::User(SharedLinkUpdate),
            routes!(update_shared_link::update_shared_link),
        )
        .add(
            Who::User(SharedLinkDelete),
            routes!(remove_shared_link::remove_shared_link),
        )
        .add(
            Who::UserOrLink(All),
            routes!(shared_link_assets::add_shared_link_assets),
        )
        .add(
            Who::User(All),
            routes!(shared_link_assets::remove_shared_link_assets),
        )
}

fn not_found() -> ApiError {
    ApiError::bad_request("Shared link not found")
}

fn slug_taken() -> ApiError {
    ApiError::bad_request("Shared link with this slug already exists")
}
