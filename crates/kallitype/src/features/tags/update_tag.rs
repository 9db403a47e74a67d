//! `PUT /tags/{id}`: gives a tag another colour.

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::tags::queries;
use crate::core::tags::tag::TagResponseDto;
use crate::features::tags::dto::TagUpdateDto;
use crate::features::tags::refused;
use kallitype_web::error::Result;
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/tags/{id}",
    tag = "Tags",
    operation_id = "updateTag",
    params(("id" = uuid::Uuid, Path)),
    request_body = TagUpdateDto,
    responses((status = 200, body = TagResponseDto, description = "")),
)]
pub(crate) async fn update_tag(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<TagUpdateDto>,
) -> Result<Json<TagResponseDto>> {
    let user = caller.user_id()?;
    let refused = || refused(Permission::TagUpdate);
    let tag = app
        .commit(move |connection| {
            queries::find(connection, user, id)?.ok_or_else(refused)?;
            if let Some(color) = &dto.color {
                queries::set_color(connection, id, color.as_deref(), now())?;
            }
            queries::find(connection, user, id)?.ok_or_else(refused)
        })
        .await?;
    Ok(Json(tag))
}
