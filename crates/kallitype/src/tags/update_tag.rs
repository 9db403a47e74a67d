//! `PUT /tags/{id}`: gives a tag another colour.

use axum::Json;
use axum::extract::State;

use super::dto::{TagResponseDto, TagUpdateDto};
use super::{queries, refused};
use crate::access::{Caller, Permission};
use crate::http::error::Result;
use crate::http::fields::{Body, Id};
use crate::http::state::App;
use crate::http::time::now;
use crate::library;

#[utoipa::path(
    put,
    path = "/api/tags/{id}",
    tag = "Tags",
    operation_id = "updateTag",
    params(("id" = uuid::Uuid, Path)),
    request_body = TagUpdateDto,
    responses((status = 200, body = TagResponseDto, description = "")),
)]
pub async fn update_tag(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<TagUpdateDto>,
) -> Result<Json<TagResponseDto>> {
    let user = caller.user_id()?;
    let refused = || refused(Permission::TagUpdate);
    let tag = app
        .db
        .write(move |connection| {
            queries::find(connection, user, id)?.ok_or_else(refused)?;
            if dto.sets_color {
                queries::set_color(connection, id, dto.color.as_deref(), now())?;
            }
            queries::find(connection, user, id)?.ok_or_else(refused)
        })
        .await?;
    library::journal_tags(&app, vec![tag.id]).await;
    Ok(Json(tag))
}
