//! `GET /server/media-types`: which files are taken.

use axum::Json;

use crate::core::assets::file_type::{FILE_TYPES, FileKind};
use crate::features::server_info::dto::ServerMediaTypesResponseDto;

#[utoipa::path(
    get,
    path = "/api/server/media-types",
    tag = "Server",
    operation_id = "getSupportedMediaTypes",
    responses((status = 200, body = ServerMediaTypesResponseDto, description = "")),
)]
pub(crate) async fn get_supported_media_types() -> Json<ServerMediaTypesResponseDto> {
    let of = |kind: FileKind| {
        FILE_TYPES
            .iter()
            .filter(|known| known.kind == kind)
            .map(|known| format!(".{}", known.extension))
            .collect()
    };
    Json(ServerMediaTypesResponseDto {
        image: of(FileKind::Image),
        sidecar: of(FileKind::Sidecar),
        video: of(FileKind::Video),
    })
}
