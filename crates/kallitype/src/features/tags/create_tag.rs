//! `POST /tags`: makes a tag, on top or below another one.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::tags::tag::TagResponseDto;
use crate::core::tags::{path, queries, tree};
use crate::features::tags::dto::TagCreateDto;
use crate::features::tags::refused;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::response::created;
use kallitype_web::time::now;

#[utoipa::path(
    post,
    path = "/api/tags",
    tag = "Tags",
    operation_id = "createTag",
    request_body = TagCreateDto,
    responses((status = 201, body = TagResponseDto, description = "")),
)]
pub(crate) async fn create_tag(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<TagCreateDto>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let tag = app
        .commit(move |connection| create(connection, user, &dto))
        .await?;
    Ok(created(tag))
}

fn create(
    connection: &mut Connection<'_>,
    user: Uuid,
    dto: &TagCreateDto,
) -> Result<TagResponseDto> {
    let value = match dto.parent_id {
        None => dto.name.clone(),
        Some(parent) => {
            let parent = queries::find(connection, user, parent)?
                .ok_or_else(|| refused(Permission::TagRead))?;
            path::tidy(&format!("{}/{}", parent.value, dto.name))
                .ok_or_else(|| ApiError::bad_request("The path of the tag is too long"))?
        }
    };
    if queries::find_by_value(connection, user, &value)?.is_some() {
        return Err(ApiError::bad_request("A tag with that name already exists"));
    }
    let id = tree::ensure(connection, user, &value, now())?;
    if dto.color.is_some() {
        queries::set_color(connection, id, dto.color.as_deref(), now())?;
    }
    queries::find(connection, user, id)?.ok_or_else(|| ApiError::internal("a tag vanished"))
}
