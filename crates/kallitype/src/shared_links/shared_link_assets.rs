//! `PUT` and `DELETE /shared-links/{id}/assets`: which assets a link shows. Only its owner decides that; what a
//! visitor uploads joins the link by itself.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use super::dto::{AssetIdError, AssetIdsDto, AssetIdsResponseDto};
use super::{not_found, queries};
use crate::access::{Caller, Need, require_all};
use crate::db::Connection;
use crate::http::error::{ApiError, Result};
use crate::http::fields::{Body, Id};
use crate::http::state::App;

#[utoipa::path(
    put,
    path = "/api/shared-links/{id}/assets",
    tag = "Shared Links",
    operation_id = "addSharedLinkAssets",
    params(
        ("id" = uuid::Uuid, Path),
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    request_body = AssetIdsDto,
    responses((status = 200, body = Vec<AssetIdsResponseDto>, description = "")),
)]
pub async fn add_shared_link_assets(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<AssetIdsDto>,
) -> Result<Json<Vec<AssetIdsResponseDto>>> {
    change(app, caller, id, dto.asset_ids, add).await
}

#[utoipa::path(
    delete,
    path = "/api/shared-links/{id}/assets",
    tag = "Shared Links",
    operation_id = "removeSharedLinkAssets",
    params(
        ("id" = uuid::Uuid, Path),
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    request_body = AssetIdsDto,
    responses((status = 200, body = Vec<AssetIdsResponseDto>, description = "")),
)]
pub async fn remove_shared_link_assets(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<AssetIdsDto>,
) -> Result<Json<Vec<AssetIdsResponseDto>>> {
    change(app, caller, id, dto.asset_ids, remove).await
}

/// What is done with one asset of a link; answers why not, if it is not done.
type Change = fn(&mut Connection<'_>, &Caller, Uuid, Uuid) -> Result<Option<AssetIdError>>;

async fn change(
    app: App,
    caller: Caller,
    link: Uuid,
    assets: Vec<Uuid>,
    one: Change,
) -> Result<Json<Vec<AssetIdsResponseDto>>> {
    let user = caller.user_id()?;
    let answers = app
        .db
        .write(move |connection| {
            queries::find_own(connection, user, link)?.ok_or_else(not_found)?;
            let mut answers = Vec::new();
            for asset in &assets {
                let error = one(connection, &caller, link, *asset)?;
                answers.push(AssetIdsResponseDto {
                    asset_id: *asset,
                    success: error.is_none(),
                    error,
                });
            }
            Ok::<_, ApiError>(answers)
        })
        .await?;
    Ok(Json(answers))
}

fn add(
    connection: &mut Connection<'_>,
    caller: &Caller,
    link: Uuid,
    asset: Uuid,
) -> Result<Option<AssetIdError>> {
    if require_all(connection, caller, Need::Share, &[asset]).is_err() {
        return Ok(Some(AssetIdError::NoPermission));
    }
    let is_new = queries::add_asset(connection, link, asset)?;
    Ok((!is_new).then_some(AssetIdError::Duplicate))
}

fn remove(
    connection: &mut Connection<'_>,
    _: &Caller,
    link: Uuid,
    asset: Uuid,
) -> Result<Option<AssetIdError>> {
    let was_shown = queries::remove_asset(connection, link, asset)?;
    Ok((!was_shown).then_some(AssetIdError::NotFound))
}
