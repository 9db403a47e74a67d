//! `GET /.well-known/immich`: where clients that were given a bare address find the API.

use axum::Json;
use serde_json::{Value, json};

pub(crate) async fn well_known() -> Json<Value> {
    Json(json!({"api": {"endpoint": "/api"}}))
}
