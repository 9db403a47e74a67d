//! Tags: words of the user's, and those that files bring along, in a tree whose parts are parted by slashes.

mod bulk_tag_assets;
mod create_tag;
mod delete_tag;
pub mod dto;
mod get_tags;
mod own;
mod queries;
mod tag_assets;
pub(crate) mod tree;
mod update_tag;
mod upsert_tags;

pub use own::{record_found, restore, restore_tag};
pub use queries::{copy_to, list_kept, list_of_asset, list_values};

use utoipa_axum::routes;

use crate::access::Permission::{TagAsset, TagCreate, TagDelete, TagRead, TagUpdate};
use crate::http::error::ApiError;
use crate::http::routes::{Routes, Who};

/// Every URL about tags, with who may call it.
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(Who::User(TagRead), routes!(get_tags::get_all_tags))
        .add(Who::User(TagCreate), routes!(create_tag::create_tag))
        .add(Who::User(TagCreate), routes!(upsert_tags::upsert_tags))
        .add(
            Who::User(TagAsset),
            routes!(bulk_tag_assets::bulk_tag_assets),
        )
        .add(Who::User(TagRead), routes!(get_tags::get_tag_by_id))
        .add(Who::User(TagUpdate), routes!(update_tag::update_tag))
        .add(Who::User(TagDelete), routes!(delete_tag::delete_tag))
        .add(Who::User(TagAsset), routes!(tag_assets::tag_assets))
        .add(Who::User(TagAsset), routes!(tag_assets::untag_assets))
}

/// The answer to a caller who asks for a tag out of reach, there or not.
fn refused(permission: crate::access::Permission) -> ApiError {
    ApiError::bad_request(format!("Not found or no {} access", permission.name()))
}
