//! `GET /api-keys`, `/api-keys/me`, `/api-keys/{id}`: the caller's keys, without their secrets.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::features::api_keys::dto::ApiKeyResponseDto;
use crate::features::api_keys::{not_found, queries};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/api-keys",
    tag = "API Keys",
    operation_id = "getApiKeys",
    responses((status = 200, body = Vec<ApiKeyResponseDto>, description = "")),
)]
pub(crate) async fn get_api_keys(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Vec<ApiKeyResponseDto>>> {
    let user = caller.user_id()?;
    Ok(Json(
        app.db
            .read(move |connection| queries::list(connection, user))
            .await?,
    ))
}

#[utoipa::path(
    get,
    path = "/api/api-keys/me",
    tag = "API Keys",
    operation_id = "getMyApiKey",
    responses((status = 200, body = ApiKeyResponseDto, description = "")),
)]
pub(crate) async fn get_my_api_key(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<ApiKeyResponseDto>> {
    let principal = caller.principal()?;
    let key = principal
        .key
        .as_ref()
        .ok_or_else(|| ApiError::forbidden("Not authenticated with an API Key"))?;
    find(&app, principal.user.id, key.id).await
}

#[utoipa::path(
    get,
    path = "/api/api-keys/{id}",
    tag = "API Keys",
    operation_id = "getApiKey",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ApiKeyResponseDto, description = "")),
)]
pub(crate) async fn get_api_key(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<ApiKeyResponseDto>> {
    find(&app, caller.user_id()?, id).await
}

async fn find(app: &App, user: Uuid, id: Uuid) -> Result<Json<ApiKeyResponseDto>> {
    let found = app
        .db
        .read(move |connection| queries::find(connection, user, id))
        .await?;
    found.map(Json).ok_or_else(not_found)
}
