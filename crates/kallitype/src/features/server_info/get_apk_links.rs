//! `GET /server/apk-links`: where Immich's app for Android is that speaks this version of the API.

use axum::Json;

use crate::features::server_info::dto::ServerApkLinksDto;
use kallitype_web::version::API_VERSION;

#[utoipa::path(
    get,
    path = "/api/server/apk-links",
    tag = "Server",
    operation_id = "getApkLinks",
    responses((status = 200, body = ServerApkLinksDto, description = "")),
)]
pub(crate) async fn get_apk_links() -> Json<ServerApkLinksDto> {
    let (major, minor, patch) = API_VERSION;
    let link = |file: &str| {
        format!(
            "https://github.com/immich-app/immich/releases/download/v{major}.{minor}.{patch}/{file}"
        )
    };
    Json(ServerApkLinksDto {
        arm64v8a: link("app-arm64-v8a-release.apk"),
        armeabiv7a: link("app-armeabi-v7a-release.apk"),
        universal: link("app-release.apk"),
        x86_64: link("app-x86_64-release.apk"),
    })
}
