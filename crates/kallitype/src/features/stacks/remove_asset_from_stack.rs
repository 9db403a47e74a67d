//! `DELETE /stacks/{id}/assets/{assetId}`: lets one asset of a stack stand by itself again.

use axum::extract::{FromRequestParts, State};
use http::StatusCode;
use http::request::Parts;
use uuid::Uuid;

use super::require;
use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::stacks;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Id, parse_uuid, path_value};
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/stacks/{id}/assets/{assetId}",
    tag = "Stacks",
    operation_id = "removeAssetFromStack",
    params(("id" = uuid::Uuid, Path), ("assetId" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn remove_asset_from_stack(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    AssetId(asset): AssetId,
) -> Result<StatusCode> {
    let user = caller.user_id()?;
    app.commit(move |connection| remove(connection, user, id, asset))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn remove(connection: &mut Connection<'_>, user: Uuid, id: Uuid, asset: Uuid) -> Result<()> {
    connection.lock("stack", id)?;
    let stack = require(connection, user, id, Permission::StackUpdate)?;
    if !stack.assets.contains(&asset) {
        return Err(ApiError::bad_request("Asset not in stack"));
    }
    if stack.primary == asset {
        return Err(ApiError::bad_request("Cannot remove stack's primary asset"));
    }
    Ok(stacks::take_out(connection, asset, now())?)
}

/// The asset in the path.
pub(crate) struct AssetId(Uuid);

impl<S: Send + Sync> FromRequestParts<S> for AssetId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let text = path_value(parts, state, "assetId").await;
        text.and_then(|text| parse_uuid(&text))
            .map(Self)
            .ok_or_else(|| ApiError::invalid(vec!["assetId must be a UUID".into()]))
    }
}
