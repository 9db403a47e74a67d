//! `GET /assets/{id}/metadata`: what apps keep with an asset.

use axum::Json;
use axum::extract::State;

use crate::access::{Action, Caller, require_all};
use crate::app::state::App;
use crate::core::assets::model::AssetMetadataResponseDto;
use crate::core::assets::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/assets/{id}/metadata",
    tag = "Assets",
    operation_id = "getAssetMetadata",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Vec<AssetMetadataResponseDto>, description = "")),
)]
pub(crate) async fn get_asset_metadata(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<Vec<AssetMetadataResponseDto>>> {
    let list = move |connection: &mut Connection<'_>| {
        require_all(connection, &caller, Action::ReadMetadata, &[id])?;
        Ok::<_, ApiError>(queries::list_metadata(connection, id)?)
    };
    Ok(Json(app.db.read_consistent(list).await?))
}
