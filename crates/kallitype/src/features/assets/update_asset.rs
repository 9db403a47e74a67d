//! `PUT /assets/{id}`: changes one asset and answers it.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::{Action, Caller, Scope, refused, require_all};
use crate::app::state::App;
use crate::core::asset_details;
use crate::core::asset_details::AssetResponseDto;
use crate::core::asset_removal;
use crate::core::assets::{motion_part, queries};
use crate::core::people::featured;
use crate::features::assets::changes;
use crate::features::assets::dto::UpdateAssetDto;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    put,
    path = "/api/assets/{id}",
    tag = "Assets",
    operation_id = "updateAsset",
    params(("id" = uuid::Uuid, Path)),
    request_body = UpdateAssetDto,
    responses((status = 200, body = AssetResponseDto, description = "")),
)]
pub(crate) async fn update_asset(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Body(dto): Body<UpdateAssetDto>,
) -> Result<Json<AssetResponseDto>> {
    let (writer, config) = (caller.clone(), app.config());
    let details = app
        .commit(move |connection| {
            require_all(connection, &writer, Action::Update, &[id])?;
            if let Some(video) = dto.live_photo_video_id {
                link_motion_part(connection, &writer, id, video)?;
            }
            changes::of_one(&dto)
                .with_settings(&config)
                .apply(connection, &[id])?;
            // The answer is read with the eyes of before: locking an asset must not hide its own answer.
            let found =
                asset_details::find_details(connection, &Scope::owned(writer.user_id()?), id)?;
            found.ok_or_else(|| refused(Action::Update))
        })
        .await?;
    Ok(Json(details.present(&caller, wire)))
}

/// Gives a picture its moving part, another one, or none.
fn link_motion_part(
    connection: &mut Connection<'_>,
    caller: &Caller,
    id: Uuid,
    video: Option<Uuid>,
) -> Result<()> {
    let owner = caller.user_id()?;
    let scope = Scope::of(caller, Action::Update);
    let asset =
        queries::find_row(connection, &scope, id)?.ok_or_else(|| refused(Action::Update))?;
    if video == asset.live_photo_video_id {
        return Ok(());
    }
    match video {
        Some(video) if video == id => {
            return Err(ApiError::bad_request(
                "An asset cannot be its own moving part",
            ));
        }
        Some(video) => {
            motion_part::require_picture(asset.kind)?;
            motion_part::require_same_library(connection, asset.library_id, video)?;
            motion_part::hide(connection, owner, video)?;
        }
        None => {}
    }
    queries::set_motion_part(connection, id, video, now())?;
    queries::set_motion_decided(connection, id)?;
    featured::settle(connection, &[id], now())?;
    if let Some(former) = asset.live_photo_video_id {
        asset_removal::release_motion_part(connection, &asset, former)?;
    }
    Ok(())
}
