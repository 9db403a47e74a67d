//! `PUT` and `DELETE /albums/{id}/assets`: which pictures are in an album. Its owner and its editors decide that, and
//! who came by a link that takes uploads.

use axum::Json;
use axum::extract::State;

use crate::access::{AlbumAction, AlbumRole, Caller, require_album, role_in};
use crate::app::state::App;
use crate::core::albums::membership;
use crate::features::albums::notify;
use kallitype_web::bulk::{BulkIdResponseDto, BulkIdsDto};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};

#[utoipa::path(
    put,
    path = "/api/albums/{id}/assets",
    tag = "Albums",
    operation_id = "addAssetsToAlbum",
    params(
        ("id" = uuid::Uuid, Path),
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    request_body = BulkIdsDto,
    responses((status = 200, body = Vec<BulkIdResponseDto>, description = "")),
)]
pub(crate) async fn add_assets_to_album(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<BulkIdsDto>,
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    let mail = app.post_options();
    let answers = app
        .commit(move |connection| {
            require_album(connection, &caller, AlbumAction::AddAssets, id)?;
            let answers = membership::add(connection, &caller, id, &dto.ids)?;
            if answers.iter().any(|answer| answer.success) {
                notify::updated(connection, mail, &caller, id)?;
            }
            Ok::<_, ApiError>(answers)
        })
        .await?;
    Ok(Json(answers))
}

#[utoipa::path(
    delete,
    path = "/api/albums/{id}/assets",
    tag = "Albums",
    operation_id = "removeAssetFromAlbum",
    params(("id" = uuid::Uuid, Path)),
    request_body = BulkIdsDto,
    responses((status = 200, body = Vec<BulkIdResponseDto>, description = "")),
)]
pub(crate) async fn remove_asset_from_album(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<BulkIdsDto>,
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    let user = caller.user_id()?;
    let answers = app
        .commit(move |connection| {
            require_album(connection, &caller, AlbumAction::RemoveAssets, id)?;
            let is_owner = role_in(connection, id, user)? == Some(AlbumRole::Owner);
            let ids = &dto.ids;
            Ok::<_, ApiError>(membership::remove(connection, &caller, is_owner, id, ids)?)
        })
        .await?;
    Ok(Json(answers))
}
