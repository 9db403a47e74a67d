//! API keys: credentials for programs, limited to what they need.

pub(crate) mod create_api_key;
pub(crate) mod delete_api_key;
pub(crate) mod dto;
pub(crate) mod get_api_keys;
pub(crate) mod queries;
pub(crate) mod update_api_key;

use utoipa_axum::routes;

use crate::access::Permission::{ApiKeyCreate, ApiKeyDelete, ApiKeyRead, ApiKeyUpdate};
use crate::access::{Grant, Principal};
use crate::app::routes::{Routes, Who};
use kallitype_web::error::{ApiError, Result};

/// Every URL about API keys, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::User(ApiKeyCreate),
            routes!(create_api_key::create_api_key),
        )
        .add(Who::User(ApiKeyRead), routes!(get_api_keys::get_api_keys))
        .add(Who::AnyUser, routes!(get_api_keys::get_my_api_key))
        .add(Who::User(ApiKeyRead), routes!(get_api_keys::get_api_key))
        .add(
            Who::User(ApiKeyUpdate),
            routes!(update_api_key::update_api_key),
        )
        .add(
            Who::User(ApiKeyDelete),
            routes!(delete_api_key::delete_api_key),
        )
}

/// A key never grants, takes over or does away with more than its maker has.
fn require_cover(principal: &Principal, grant: &Grant) -> Result<()> {
    let covers = principal
        .key
        .as_ref()
        .is_none_or(|key| key.grant.covers(grant.permissions()));
    if covers {
        Ok(())
    } else {
        Err(ApiError::bad_request(
            "Cannot grant permissions you do not have",
        ))
    }
}

fn not_found() -> ApiError {
    ApiError::bad_request("API Key not found")
}
