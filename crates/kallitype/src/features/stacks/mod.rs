//! Stacks: assets that belong together.

pub(crate) mod create_stack;
pub(crate) mod delete_stacks;
pub(crate) mod dto;
pub(crate) mod get_stacks;
pub(crate) mod remove_asset_from_stack;
pub(crate) mod update_stack;

use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Permission;
use crate::access::Permission::{StackCreate, StackDelete, StackRead, StackUpdate};
use crate::app::routes::{Routes, Who};
use crate::core::stacks;
use crate::core::stacks::Stack;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};

/// Every URL about stacks, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(Who::User(StackRead), routes!(get_stacks::search_stacks))
        .add(Who::User(StackCreate), routes!(create_stack::create_stack))
        .add(
            Who::User(StackDelete),
            routes!(delete_stacks::delete_stacks),
        )
        .add(Who::User(StackRead), routes!(get_stacks::get_stack))
        .add(Who::User(StackUpdate), routes!(update_stack::update_stack))
        .add(Who::User(StackDelete), routes!(delete_stacks::delete_stack))
        .add(
            Who::User(StackUpdate),
            routes!(remove_asset_from_stack::remove_asset_from_stack),
        )
}

/// A stack of a user's.
///
/// # Errors
/// 400 for one that is out of reach, there or not.
fn require(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
    permission: Permission,
) -> Result<Stack> {
    let refused = || ApiError::bad_request(format!("Not found or no {} access", permission.name()));
    stacks::find(connection, user, id)?.ok_or_else(refused)
}
