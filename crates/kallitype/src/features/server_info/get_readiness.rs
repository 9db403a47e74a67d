//! `GET /kallitype/ready`: whether this server can do its work. Kallitype's own, for load balancers and supervisors.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde_json::json;

use crate::app::state::App;
use kallitype_web::error::{ApiError, Result};

pub(crate) async fn get_readiness(State(app): State<App>) -> Result<Response> {
    let obstacles = app.obstacles().await;
    if !obstacles.is_empty() {
        let reasons = obstacles.iter().map(|obstacle| obstacle.what.to_owned());
        return Err(ApiError::not_ready(reasons.collect()));
    }
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, Json(json!({"status": "ready"}))).into_response())
}
