//! `GET /server/features`, `/server/config` and `/server/theme`: what clients ask before anyone signs in.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header;

use crate::app::state::App;
use crate::core::accounts::sign_in::has_admin;
use crate::core::installation;
use crate::features::server_info::dto::{
    LaterConfig, LaterFeatures, ServerConfigDto, ServerFeaturesDto, ServerThemeDto,
};
use kallitype_db::{Connection, DatabaseError};
use kallitype_web::error::Result;

#[utoipa::path(
    get,
    path = "/api/server/features",
    tag = "Server",
    operation_id = "getServerFeatures",
    responses((status = 200, body = ServerFeaturesDto, description = "")),
)]
pub(crate) async fn get_server_features(State(app): State<App>) -> Json<ServerFeaturesDto> {
    let config = app.config();
    Json(ServerFeaturesDto {
        config_file: false,
        duplicate_detection: true,
        email: config.notifications.smtp.enabled,
        facial_recognition: config.machine_learning.has_facial_recognition(),
        import_faces: config.metadata.faces.import,
        map: config.map.enabled,
        oauth: config.provider.is_some(),
        oauth_auto_launch: config.provider.is_some() && config.oauth.auto_launch,
        password_login: config.password_login.enabled,
        reverse_geocoding: config.reverse_geocoding.enabled,
        search: true,
        sidecar: true,
        smart_search: config.machine_learning.has_smart_search(),
        trash: config.trash.enabled,
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
    let read = |connection: &mut Connection<'_>| {
        let is_initialized = has_admin(connection)?;
        let is_onboarded = is_initialized && installation::is_onboarded(connection)?;
        Ok::<_, DatabaseError>((is_initialized, is_onboarded))
    };
    let (is_initialized, is_onboarded) = app.db.read_consistent(read).await?;
    let config = app.config();
    Ok(Json(ServerConfigDto {
        external_domain: config.server.external_domain.clone(),
        is_initialized,
        is_onboarded,
        login_page_message: config.server.login_page_message.clone(),
        map_dark_style_url: config.map.dark_style.clone(),
        map_light_style_url: config.map.light_style.clone(),
        oauth_button_text: config.oauth.button_text.clone(),
        public_users: config.server.public_users,
        trash_days: config.trash.days,
        user_delete_delay: config.user.delete_delay,
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
pub(crate) async fn get_theme(State(app): State<App>) -> Json<ServerThemeDto> {
    Json(ServerThemeDto {
        custom_css: app.config().theme.custom_css.clone(),
    })
}

/// `GET /custom.css`: the same as a style sheet.
pub(crate) async fn get_style_sheet(State(app): State<App>) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, app.config().theme.custom_css.clone())
}
