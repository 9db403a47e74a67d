//! `GET /server/about`: the API's version and where it is described, and beside it this server's own.

use axum::Json;

use super::dto::ServerAboutResponseDto;
use crate::http::version::API_VERSION;

#[utoipa::path(
    get,
    path = "/api/server/about",
    tag = "Server",
    operation_id = "getAboutInfo",
    responses((status = 200, body = ServerAboutResponseDto, description = "")),
)]
pub async fn get_about_info() -> Json<ServerAboutResponseDto> {
    let (major, minor, patch) = API_VERSION;
    Json(ServerAboutResponseDto {
        build: Some(concat!("Kallitype ", env!("CARGO_PKG_VERSION")).into()),
        repository: Some("Kallitype".into()),
        version: format!("v{major}.{minor}.{patch}"),
        version_url: format!(
            "https://github.com/immich-app/immich/releases/tag/v{major}.{minor}.{patch}"
        ),
        ..ServerAboutResponseDto::default()
    })
}
