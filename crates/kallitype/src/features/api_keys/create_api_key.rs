//! `POST /api-keys`: makes a key and answers its secret, this once.

use axum::extract::State;
use axum::response::Response;

use crate::access::{Caller, Grant};
use crate::app::state::App;
use crate::features::api_keys::dto::{ApiKeyCreateDto, ApiKeyCreateResponseDto};
use crate::features::api_keys::{queries, require_cover};
use kallitype_web::credential::{hash_secret, new_secret};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::response::created;

#[utoipa::path(
    post,
    path = "/api/api-keys",
    tag = "API Keys",
    operation_id = "createApiKey",
    request_body = ApiKeyCreateDto,
    responses((status = 201, body = ApiKeyCreateResponseDto, description = "")),
)]
pub(crate) async fn create_api_key(
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
        .commit(move |connection| {
            let id = queries::insert(connection, user, &name, hash, &grant)?;
            queries::find(connection, user, id)
        })
        .await?;
    let api_key = key.ok_or_else(|| ApiError::internal("a key vanished while it was made"))?;
    Ok(created(ApiKeyCreateResponseDto { api_key, secret }))
}
