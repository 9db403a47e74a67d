//! `PUT /assets/{id}/metadata`: keeps values with an asset and answers those that were written.

use axum::Json;
use axum::extract::State;

use crate::access::{Action, Caller, require_all};
use crate::app::state::App;
use crate::core::assets::metadata;
use crate::core::assets::model::AssetMetadataResponseDto;
use crate::features::assets::dto::AssetMetadataUpsertDto;
use kallitype_db as db;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::{Time, now};

#[utoipa::path(
    put,
    path = "/api/assets/{id}/metadata",
    tag = "Assets",
    operation_id = "updateAssetMetadata",
    params(("id" = uuid::Uuid, Path)),
    request_body = AssetMetadataUpsertDto,
    responses((status = 200, body = Vec<AssetMetadataResponseDto>, description = "")),
)]
pub(crate) async fn update_asset_metadata(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<AssetMetadataUpsertDto>,
) -> Result<Json<Vec<AssetMetadataResponseDto>>> {
    metadata::require_distinct_keys(&dto.items)?;
    let (owner, limits) = (caller.user_id()?, app.settings.metadata_limits());
    let written = app
        .commit(move |connection| {
            require_all(connection, &caller, Action::Update, &[id])?;
            let now = now();
            metadata::keep(connection, limits, owner, id, &dto.items, now)?;
            let written = dto.items.iter().map(|item| AssetMetadataResponseDto {
                key: item.key.clone(),
                updated_at: Time(now),
                value: db::Json(item.value.clone()),
            });
            Ok::<_, ApiError>(written.collect())
        })
        .await?;
    Ok(Json(written))
}
