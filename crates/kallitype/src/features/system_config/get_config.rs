//! `GET /system-config` and `/system-config/defaults`: the settings as they are, and as they are unless someone decides.

use axum::Json;
use axum::extract::State;

use crate::app::state::App;
use crate::config::SystemConfigDto;

#[utoipa::path(
    get,
    path = "/api/system-config",
    tag = "System Config",
    operation_id = "getConfig",
    responses((status = 200, body = SystemConfigDto, description = "")),
)]
pub(crate) async fn get_config(State(app): State<App>) -> Json<SystemConfigDto> {
    let config = app.config();
    Json((**config).clone())
}

#[utoipa::path(
    get,
    path = "/api/system-config/defaults",
    tag = "System Config",
    operation_id = "getConfigDefaults",
    responses((status = 200, body = SystemConfigDto, description = "")),
)]
pub(crate) async fn get_config_defaults() -> Json<SystemConfigDto> {
    Json(SystemConfigDto::default())
}
