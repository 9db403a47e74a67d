//! The timeline: how many pictures there are of each month, and the pictures of a month.

#[cfg(test)]
mod bench_scale;
pub(crate) mod columns;
pub(crate) mod contents;
pub(crate) mod dto;
pub(crate) mod get_time_bucket;
pub(crate) mod get_time_buckets;
pub(crate) mod queries;

use utoipa_axum::routes;

use crate::access::Permission::AssetRead;
use crate::app::routes::{Routes, Who};

/// Every URL about the timeline, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::UserOrLink(AssetRead),
            routes!(get_time_buckets::get_time_buckets),
        )
        .add(
            Who::UserOrLink(AssetRead),
            routes!(get_time_bucket::get_time_bucket),
        )
}
