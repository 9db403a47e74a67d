//! `GET /server/features`, `/server/config` and `/server/theme`: what clients ask before anyone signs in.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::core::accounts::sign_in::has_admin;
use crate::features::server_info::dto::{
    LaterConfig, LaterFeatures, ServerConfigDto, ServerFeaturesDto, ServerThemeDto,
};
use kallitype_web::error::Result;

#[utoipa::path(
    get,
    path = "/api/server/features",
    tag = "Server",
    operation_id = "getServerFeatures",
    responses((status = 200, body = ServerFeaturesDto, description = "")),
)]
pub(crate) async fn get_server_features(State(app): State<App>) -> Json<ServerFeaturesDto> {
    Json(ServerFeaturesDto {
        config_file: false,
        duplicate_detection: false,
        email: app.mail_server.is_some(),
        facial_recognition: false,
        import_faces: false,
        map: false,
        oauth: app.oauth.is_some(),
        oauth_auto_launch: app.oauth.is_some() && app.settings.oauth.auto_launch,
        password_login: app.settings.password_login,
        reverse_geocoding: true,
        search: false,
        sidecar: true,
        smart_search: false,
        trash: true,
        later: LaterFeatures::default(),
    })
}

#[utoipa::path(
    get,
    path = "/api/server/config",
    tag = "Server",
    operation_id = "getServerConfig",
    responses((status = 200, body = ServerConfigDto, description = "")),
)]
pub(crate) async fn get_server_config(State(app): State<App>) -> Result<Json<ServerConfigDto>> {
    let is_initialized = app.db.read(has_admin).await?;
    Ok(Json(ServerConfigDto {
        external_domain: app.settings.external_url.clone(),
        is_initialized,
        is_onboarded: is_initialized,
        login_page_message: String::new(),
        map_dark_style_url: String::new(),
        map_light_style_url: String::new(),
        oauth_button_text: app.settings.oauth.button_text.clone(),
        public_users: app.settings.public_users,
        trash_days: app.settings.trash_days,
        user_delete_delay: app.settings.user_delete_days,
        later: LaterConfig::default(),
    }))
}

#[utoipa::path(
    get,
    path = "/api/server/theme",
    tag = "Server",
    operation_id = "getTheme",
    responses((status = 200, body = ServerThemeDto, description = "")),
)]
pub(crate) async fn get_theme() -> Json<ServerThemeDto> {
    Json(ServerThemeDto {
        custom_css: String::new(),
    })
}
