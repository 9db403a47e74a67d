//! `PUT /api-keys/{id}`: another name, other permissions.

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Grant};
use crate::app::state::App;
use crate::features::api_keys::dto::{ApiKeyResponseDto, ApiKeyUpdateDto};
use crate::features::api_keys::{not_found, queries, require_cover};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};

#[utoipa::path(
    put,
    path = "/api/api-keys/{id}",
    tag = "API Keys",
    operation_id = "updateApiKey",
    params(("id" = uuid::Uuid, Path)),
    request_body = ApiKeyUpdateDto,
    responses((status = 200, body = ApiKeyResponseDto, description = "")),
)]
pub(crate) async fn update_api_key(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<ApiKeyUpdateDto>,
) -> Result<Json<ApiKeyResponseDto>> {
    let user = caller.user_id()?;
    let updated = app
        .commit(move |connection| {
            let before = queries::find(connection, user, id)?.ok_or_else(not_found)?;
            let grant = Grant::new(
                dto.permissions
                    .clone()
                    .unwrap_or_else(|| before.permissions.clone()),
            );
            require_cover(caller.principal()?, &Grant::new(before.permissions))?;
            require_cover(caller.principal()?, &grant)?;
            queries::update(
                connection,
                id,
                dto.name.as_deref().unwrap_or(&before.name),
                &grant,
            )?;
            queries::find(connection, user, id)?.ok_or_else(|| ApiError::internal("a key vanished"))
        })
        .await?;
    Ok(Json(updated))
}
