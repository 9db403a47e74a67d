//! Tags: words of the user's, and those that files bring along, in a tree whose parts are parted by slashes.

pub(crate) mod bulk_tag_assets;
pub(crate) mod create_tag;
pub(crate) mod delete_tag;
pub(crate) mod dto;
pub(crate) mod get_tags;
pub(crate) mod tag_assets;
pub(crate) mod update_tag;
pub(crate) mod upsert_tags;

use utoipa_axum::routes;

use crate::access::Permission::{TagAsset, TagCreate, TagDelete, TagRead, TagUpdate};
use crate::app::routes::{Routes, Who};
use kallitype_web::error::ApiError;

/// Every URL about tags, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
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
