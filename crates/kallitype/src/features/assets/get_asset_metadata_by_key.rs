//! `GET /assets/{id}/metadata/{key}`: one value that an app keeps with an asset.

use axum::Json;
use axum::extract::{Path, State};

use crate::access::{Action, Caller, require_all};
use crate::app::state::App;
use crate::core::assets::model::AssetMetadataKey;
use crate::core::assets::model::AssetMetadataResponseDto;
use crate::core::assets::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/assets/{id}/metadata/{key}",
    tag = "Assets",
    operation_id = "getAssetMetadataByKey",
    params(("id" = uuid::Uuid, Path), ("key" = AssetMetadataKey, Path)),
    responses((status = 200, body = AssetMetadataResponseDto, description = "")),
)]
pub(crate) async fn get_asset_metadata_by_key(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Path(path): Path<(String, String)>,
) -> Result<Json<AssetMetadataResponseDto>> {
    let key = path.1;
    let find = move |connection: &mut Connection<'_>| {
        require_all(connection, &caller, Action::ReadMetadata, &[id])?;
        let missing = || {
            ApiError::bad_request(format!(
                "Metadata with key \"{key}\" not found for asset with id \"{id}\""
            ))
        };
        queries::find_metadata(connection, id, &key)?.ok_or_else(missing)
    };
    Ok(Json(app.db.read_consistent(find).await?))
}
