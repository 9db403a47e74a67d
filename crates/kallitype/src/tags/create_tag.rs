//! `POST /tags`: makes a tag, on top or below another one.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::dto::{TagCreateDto, TagResponseDto};
use super::{queries, refused, tree};
use crate::access::{Caller, Permission};
use crate::db::Connection;
use crate::http::created;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::state::App;
use crate::http::time::now;
use crate::library;

#[utoipa::path(
    post,
    path = "/api/tags",
    tag = "Tags",
    operation_id = "createTag",
    request_body = TagCreateDto,
    responses((status = 201, body = TagResponseDto, description = "")),
)]
pub async fn create_tag(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<TagCreateDto>,
) -> Result<Response> {
    let user = caller.user_id()?;
    let tag = app
        .db
        .write(move |connection| create(connection, user, &dto))
        .await?;
    library::journal_tags(&app, vec![tag.id]).await;
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
            tree::tidy(&format!("{}/{}", parent.value, dto.name))
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
