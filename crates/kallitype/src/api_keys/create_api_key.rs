//! `POST /api-keys`: makes a key and answers its secret, this once.

use axum::extract::State;
use axum::response::Response;

use super::dto::{ApiKeyCreateDto, ApiKeyCreateResponseDto};
use super::{queries, require_cover};
use crate::access::{Caller, Grant};
use crate::auth::login::new_secret;
use crate::http::authentication::hash_secret;
use crate::http::created;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::state::App;

#[utoipa::path(
    post,
    path = "/api/api-keys",
    tag = "API Keys",
    operation_id = "createApiKey",
    request_body = ApiKeyCreateDto,
    responses((status = 201, body = ApiKeyCreateResponseDto, description = "")),
)]
pub async fn create_api_key(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<ApiKeyCreateDto>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let grant = Grant::new(dto.permissions);
    require_cover(caller.principal()?, &grant)?;
    let secret = new_secret();
    let hash = hash_secret(&secret);
    let name = dto
        .name
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "API Key".into());
    let key = app
        .db
        .write(move |connection| {
            let id = queries::insert(connection, user, &name, hash, &grant)?;
            queries::find(connection, user, id)
        })
        .await?;
    let api_key = key.ok_or_else(|| ApiError::internal("a key vanished while it was made"))?;
    Ok(created(ApiKeyCreateResponseDto { api_key, secret }))
}
