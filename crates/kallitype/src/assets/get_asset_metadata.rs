//! `GET /assets/{id}/metadata`: what apps keep with an asset.

use axum::Json;
use axum::extract::State;

use super::dto::AssetMetadataResponseDto;
use super::queries;
use crate::access::{Caller, Need, require_all};
use crate::db::Connection;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Id;
use crate::http::state::App;

#[utoipa::path(
    get,
    path = "/api/assets/{id}/metadata",
    tag = "Assets",
    operation_id = "getAssetMetadata",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Vec<AssetMetadataResponseDto>, description = "")),
)]
pub async fn get_asset_metadata(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Vec<AssetMetadataResponseDto>>> {
    let list = move |connection: &mut Connection<'_>| {
        require_all(connection, &caller, Need::ReadMetadata, &[id])?;
        Ok::<_, ApiError>(queries::list_metadata(connection, id)?)
    };
    Ok(Json(app.db.read(list).await?))
}
