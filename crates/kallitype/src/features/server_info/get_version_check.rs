//! `GET /server/version-check`: no one is asked for newer versions.

use axum::Json;

use crate::core::version_check::VersionCheckStateResponseDto;

#[utoipa::path(
    get,
    path = "/api/server/version-check",
    tag = "Server",
    operation_id = "getVersionCheck",
    responses((status = 200, body = VersionCheckStateResponseDto, description = "")),
)]
pub(crate) async fn get_version_check() -> Json<VersionCheckStateResponseDto> {
    Json(VersionCheckStateResponseDto::UNKNOWN)
}
