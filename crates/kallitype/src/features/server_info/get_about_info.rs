//! `GET /server/about`: the API's version and where it is described, and beside it this server's own,
//! and the version of what works on videos, if anything does.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::core::installation;
use crate::features::server_info::dto::ServerAboutResponseDto;
use kallitype_web::error::Result;
use kallitype_web::version::API_VERSION;

#[utoipa::path(
    get,
    path = "/api/server/about",
    tag = "Server",
    operation_id = "getAboutInfo",
    responses((status = 200, body = ServerAboutResponseDto, description = "")),
)]
pub(crate) async fn get_about_info(State(app): State<App>) -> Result<Json<ServerAboutResponseDto>> {
    let (major, minor, patch) = API_VERSION;
    let license = app.db.read(installation::find_license).await?;
    let ffmpeg = match &app.video_tools {
        Ok(tools) => tools.version().await.ok(),
        Err(_) => None,
    };
    Ok(Json(ServerAboutResponseDto {
        build: Some(concat!("Kallitype ", env!("CARGO_PKG_VERSION")).into()),
        ffmpeg,
        repository: Some("Kallitype".into()),
        licensed: license.is_some(),
        version: format!("v{major}.{minor}.{patch}"),
        version_url: format!(
            "https://github.com/immich-app/immich/releases/tag/v{major}.{minor}.{patch}"
        ),
        ..ServerAboutResponseDto::default()
    }))
}
