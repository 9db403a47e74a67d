//! `PUT /assets/{id}/metadata`: keeps values with an asset and answers those that were written.

use axum::Json;
use axum::extract::State;

use crate::access::{Action, Caller, require_all};
use crate::app::state::App;
use crate::core::assets::model::AssetMetadataResponseDto;
use crate::core::assets::queries;
use crate::features::assets::dto::AssetMetadataUpsertDto;
use crate::ingest;
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
    ingest::require_distinct_keys(&dto.items)?;
    let written = app
        .commit(move |connection| {
            require_all(connection, &caller, Action::Update, &[id])?;
            let now = now();
            let mut written = Vec::new();
            for item in &dto.items {
                queries::upsert_metadata(connection, id, &item.key, &item.value, now)?;
                let (key, value) = (item.key.clone(), item.value.clone());
                written.push(AssetMetadataResponseDto {
                    key,
                    updated_at: Time(now),
                    value: db::Json(value),
                });
            }
            Ok::<_, ApiError>(written)
        })
        .await?;
    Ok(Json(written))
}
