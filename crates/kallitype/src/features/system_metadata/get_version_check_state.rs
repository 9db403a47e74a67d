//! `GET /system-metadata/version-check-state`: no one is asked for newer versions.

use axum::Json;

use crate::core::version_check::VersionCheckStateResponseDto;

#[utoipa::path(
    get,
    path = "/api/system-metadata/version-check-state",
    tag = "System Metadata",
    operation_id = "getVersionCheckState",
    responses((status = 200, body = VersionCheckStateResponseDto, description = "")),
)]
pub(crate) async fn get_version_check_state() -> Json<VersionCheckStateResponseDto> {
    Json(VersionCheckStateResponseDto::UNKNOWN)
}
