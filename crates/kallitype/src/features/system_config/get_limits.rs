//! `GET /kallitype/system-config`: what of the settings cannot be changed, and what has no effect. Kallitype's own.

use axum::Json;
use axum::extract::State;

use super::dto::{ConfigLimitsDto, FixedSettingDto};
use crate::app::state::App;
use crate::config::system::support::{WITHOUT_EFFECT, only_default};

pub(crate) async fn get_limits(State(app): State<App>) -> Json<ConfigLimitsDto> {
    let fixed = app.live_config.fixed().iter();
    let fixed = fixed.map(|setting| FixedSettingDto {
        path: setting.path,
        by: setting.by.clone(),
    });
    Json(ConfigLimitsDto {
        fixed: fixed.collect(),
        without_effect: WITHOUT_EFFECT,
        only_default: only_default().collect(),
    })
}
