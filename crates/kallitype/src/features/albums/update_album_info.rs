//! `PATCH /albums/{id}`: changes an album. Only its owner may.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::access::{AlbumAction, Caller, require_album};
use crate::app::state::App;
use crate::core::albums;
use crate::core::albums::album::AlbumResponseDto;
use crate::features::albums::dto::UpdateAlbumDto;
use crate::features::albums::get_album_info::with_assets;
use crate::features::albums::queries;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;
use kallitype_web::version::Wire;

#[utoipa::path(
    patch,
    path = "/api/albums/{id}",
    tag = "Albums",
    operation_id = "updateAlbumInfo",
    params(("id" = uuid::Uuid, Path)),
    request_body = UpdateAlbumDto,
    responses((status = 200, body = AlbumResponseDto, description = "")),
)]
pub(crate) async fn update_album_info(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Body(dto): Body<UpdateAlbumDto>,
) -> Result<Response> {
    let asking = caller.clone();
    app.commit(move |connection| {
        require_album(connection, &asking, AlbumAction::Update, id)?;
        if let Some(thumbnail) = dto.album_thumbnail_asset_id
            && !albums::queries::held(connection, id, &[thumbnail])?.contains(&thumbnail)
        {
            return Err(ApiError::bad_request("Invalid album thumbnail"));
        }
        Ok(queries::update(connection, id, &dto, now())?)
    })
    .await?;
    with_assets(&app, caller, wire, id, StatusCode::OK).await
}
