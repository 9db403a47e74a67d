//! `PUT` and `DELETE /shared-links/{id}/assets`: which assets a link shows. Only its owner decides that.
//!
//! What a visitor uploads joins the link by itself. Clients ask for it all the same after an upload, so a visitor
//! may ask, and is told that it is there; nothing else of the owner's can be reached that way.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::{Action, Caller, reachable};
use crate::app::state::App;
use crate::core::assets::model::AssetIdsDto;
use crate::core::choices::SharedLinkType;
use crate::core::links;
use crate::features::shared_links::dto::{AssetIdError, AssetIdsResponseDto};
use crate::features::shared_links::not_found;
use kallitype_db::Connection;
use kallitype_web::bulk::with_each;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};

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
pub(crate) async fn add_shared_link_assets(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<AssetIdsDto>,
) -> Result<Json<Vec<AssetIdsResponseDto>>> {
    let user = link_owner(&caller, id)?;
    let answers = app
        .commit(move |connection| {
            require_individual(connection, user, id)?;
            add(connection, &caller, id, &dto.asset_ids)
        })
        .await?;
    Ok(Json(answers))
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
pub(crate) async fn remove_shared_link_assets(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<AssetIdsDto>,
) -> Result<Json<Vec<AssetIdsResponseDto>>> {
    let user = caller.user_id()?;
    let answers = app
        .commit(move |connection| {
            require_individual(connection, user, id)?;
            remove(connection, id, &dto.asset_ids)
        })
        .await?;
    Ok(Json(answers))
}

/// Whose link it is that the caller wants to add to: their own, or the very link that a visitor came by, if it
/// takes uploads.
fn link_owner(caller: &Caller, id: Uuid) -> Result<Uuid> {
    match caller.link() {
        None => caller.user_id(),
        Some(link) if link.id != id => Err(not_found()),
        Some(link) if !link.allow_upload => Err(ApiError::forbidden("Forbidden")),
        Some(link) => Ok(link.owner_id),
    }
}

/// What a link to an album shows is the album's affair.
fn require_individual(connection: &mut Connection<'_>, user: Uuid, id: Uuid) -> Result<()> {
    let link = links::find_own(connection, user, id)?.ok_or_else(not_found)?;
    match link.kind() {
        SharedLinkType::Individual => Ok(()),
        SharedLinkType::Album => Err(ApiError::bad_request("Invalid shared link type")),
    }
}

fn add(
    connection: &mut Connection<'_>,
    caller: &Caller,
    link: Uuid,
    assets: &[Uuid],
) -> Result<Vec<AssetIdsResponseDto>> {
    let allowed = reachable(connection, caller, Action::Share, assets)?;
    let outcomes = with_each(assets, AssetIdError::Duplicate, |asset| {
        if links::holds(connection, link, asset)? {
            return Ok::<_, ApiError>(Some(AssetIdError::Duplicate));
        }
        if !allowed.contains(&asset) {
            return Ok(Some(AssetIdError::NoPermission));
        }
        links::add_asset(connection, link, asset)?;
        Ok(None)
    })?;
    Ok(answers(outcomes))
}

fn remove(
    connection: &mut Connection<'_>,
    link: Uuid,
    assets: &[Uuid],
) -> Result<Vec<AssetIdsResponseDto>> {
    let outcomes = with_each(assets, AssetIdError::NotFound, |asset| {
        let was_shown = links::remove_asset(connection, link, asset)?;
        Ok::<_, ApiError>((!was_shown).then_some(AssetIdError::NotFound))
    })?;
    Ok(answers(outcomes))
}

fn answers(outcomes: Vec<(Uuid, Option<AssetIdError>)>) -> Vec<AssetIdsResponseDto> {
    let outcomes = outcomes.into_iter();
    outcomes
        .map(|(asset, error)| AssetIdsResponseDto::new(asset, error))
        .collect()
}
