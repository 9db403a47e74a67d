//! `GET /kallitype/integrity`: what a check of the library has found. Kallitype's own.

use axum::Json;
use axum::extract::State;

use super::dto::IntegrityDto;
use crate::app::state::App;

pub(crate) async fn get_integrity(State(app): State<App>) -> Json<IntegrityDto> {
    Json(IntegrityDto::of(app.checkup.report()))
}
