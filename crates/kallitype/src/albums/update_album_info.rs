//! `PATCH /albums/{id}`: changes an album. Only its owner may.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::dto::{AlbumResponseDto, UpdateAlbumDto};
use super::get_album_info::with_assets;
use super::queries;
use crate::access::{AlbumNeed, Caller, require_album};
use crate::http::error::{ApiError, Result};
use crate::http::fields::{Body, Id};
use crate::http::state::App;
use crate::http::time::now;
use crate::http::version::Wire;
use crate::library;

#[utoipa::path(
    patch,
    path = "/api/albums/{id}",
    tag = "Albums",
    operation_id = "updateAlbumInfo",
    params(("id" = uuid::Uuid, Path)),
    request_body = UpdateAlbumDto,
    responses((status = 200, body = AlbumResponseDto, description = "")),
)]
pub async fn update_album_info(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
    Body(dto): Body<UpdateAlbumDto>,
) -> Result<Response> {
    let asking = caller.clone();
    app.db
        .write(move |connection| {
            require_album(connection, &asking, AlbumNeed::Update, id)?;
            if let Some(thumbnail) = dto.album_thumbnail_asset_id
                && !queries::held(connection, id, &[thumbnail])?.contains(&thumbnail)
            {
                return Err(ApiError::bad_request("Invalid album thumbnail"));
            }
            Ok(queries::update(connection, id, &dto, now())?)
        })
        .await?;
    library::journal_album(&app, id).await;
    with_assets(&app, caller, wire, id, StatusCode::OK).await
}
