//! `PUT /assets/{id}/metadata`: keeps values with an asset and answers those that were written.

use axum::Json;
use axum::extract::State;

use super::dto::{AssetMetadataResponseDto, AssetMetadataUpsertDto};
use super::queries;
use crate::access::{Caller, Need, require_all};
use crate::http::error::{ApiError, Result};
use crate::http::fields::{Body, Id};
use crate::http::state::App;
use crate::http::time::{Time, now};
use crate::{ingest, library};

#[utoipa::path(
    put,
    path = "/api/assets/{id}/metadata",
    tag = "Assets",
    operation_id = "updateAssetMetadata",
    params(("id" = uuid::Uuid, Path)),
    request_body = AssetMetadataUpsertDto,
    responses((status = 200, body = Vec<AssetMetadataResponseDto>, description = "")),
)]
pub async fn update_asset_metadata(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<AssetMetadataUpsertDto>,
) -> Result<Json<Vec<AssetMetadataResponseDto>>> {
    ingest::require_distinct_keys(&dto.items)?;
    let written = app
        .db
        .write(move |connection| {
            require_all(connection, &caller, Need::Update, &[id])?;
            let now = now();
            let mut written = Vec::new();
            for item in &dto.items {
                queries::upsert_metadata(connection, id, &item.key, &item.value, now)?;
                let (key, value) = (item.key.clone(), item.value.clone());
                written.push(AssetMetadataResponseDto {
                    key,
                    updated_at: Time(now),
                    value,
                });
            }
            Ok::<_, ApiError>(written)
        })
        .await?;
    library::journal_assets(&app, vec![id]).await;
    Ok(Json(written))
}
