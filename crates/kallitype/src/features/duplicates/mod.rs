//! Duplicates: the same picture in more than one file.

pub(crate) mod delete_duplicates;
pub(crate) mod dto;
pub(crate) mod get_asset_duplicates;
pub(crate) mod queries;

use utoipa_axum::routes;

use crate::access::Permission::{DuplicateDelete, DuplicateRead};
use crate::app::routes::{Routes, Who};

/// Every URL about duplicates, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::User(DuplicateRead),
            routes!(get_asset_duplicates::get_asset_duplicates),
        )
        .add(
            Who::User(DuplicateDelete),
            routes!(delete_duplicates::delete_duplicates),
        )
        .add(
            Who::User(DuplicateDelete),
            routes!(delete_duplicates::delete_duplicate),
        )
}
