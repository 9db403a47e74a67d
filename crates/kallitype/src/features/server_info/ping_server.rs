//! `GET /server/ping`, `/server/version` and `/server/version-history`: that a server is here, and which API it speaks.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use crate::features::server_info::dto::{
    ServerPingResponse, ServerVersionHistoryResponseDto, ServerVersionResponseDto,
};
use kallitype_web::version::API_VERSION;

#[utoipa::path(
    get,
    path = "/api/server/ping",
    tag = "Server",
    operation_id = "pingServer",
    responses((status = 200, body = ServerPingResponse, description = "")),
)]
pub(crate) async fn ping_server() -> Response {
    const PONG: &str = "{\"res\":\"pong\"}";
    (
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )],
        PONG,
    )
        .into_response()
}

#[utoipa::path(
    get,
    path = "/api/server/version",
    tag = "Server",
    operation_id = "getServerVersion",
    responses((status = 200, body = ServerVersionResponseDto, description = "")),
)]
pub(crate) async fn get_server_version() -> Json<ServerVersionResponseDto> {
    let (major, minor, patch) = API_VERSION;
    Json(ServerVersionResponseDto {
        major,
        minor,
        patch,
    })
}

// No history is kept, and none is made up.
#[utoipa::path(
    get,
    path = "/api/server/version-history",
    tag = "Server",
    operation_id = "getVersionHistory",
    responses((status = 200, body = Vec<ServerVersionHistoryResponseDto>, description = "")),
)]
pub(crate) async fn get_version_history() -> Json<Vec<ServerVersionHistoryResponseDto>> {
    Json(Vec::new())
}
