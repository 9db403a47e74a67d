//! `POST /assets/bulk-upload-check`: which files, by their checksums, need not be uploaded.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::assets::queries;
use crate::features::assets::dto::{
    AssetBulkUploadCheckDto, AssetBulkUploadCheckResponseDto, AssetBulkUploadCheckResult,
    RejectReason, UploadAction,
};
use kallitype_web::error::Result;
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/assets/bulk-upload-check",
    tag = "Assets",
    operation_id = "checkBulkUpload",
    summary = "checkBulkUpload",
    description = "Checks if assets exist by checksums.",
    request_body = AssetBulkUploadCheckDto,
    responses((status = 200, body = AssetBulkUploadCheckResponseDto, description = "")),
)]
pub(crate) async fn check_bulk_upload(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<AssetBulkUploadCheckDto>,
) -> Result<Json<AssetBulkUploadCheckResponseDto>> {
    let owner = caller.user_id()?;
    let checksums = dto
        .assets
        .iter()
        .map(|item| item.checksum.clone())
        .collect();
    let known = app
        .db
        .scan(move |connection| queries::find_by_checksums(connection, owner, checksums))
        .await?;
    let results = dto
        .assets
        .into_iter()
        .map(|item| match known.get(&item.checksum) {
            Some((id, is_trashed)) => AssetBulkUploadCheckResult {
                action: UploadAction::Reject,
                asset_id: Some(*id),
                id: item.id,
                is_trashed: Some(*is_trashed),
                reason: Some(RejectReason::Duplicate),
            },
            None => AssetBulkUploadCheckResult {
                action: UploadAction::Accept,
                asset_id: None,
                id: item.id,
                is_trashed: None,
                reason: None,
            },
        });
    Ok(Json(AssetBulkUploadCheckResponseDto {
        results: results.collect(),
    }))
}
