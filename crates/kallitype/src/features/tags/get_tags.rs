//! `GET /tags`, `/tags/{id}`: the caller's tags.

use axum::Json;
use axum::extract::State;

use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::tags::queries;
use crate::core::tags::tag::TagResponseDto;
use crate::features::tags::refused;
use kallitype_web::error::Result;
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/tags",
    tag = "Tags",
    operation_id = "getAllTags",
    responses((status = 200, body = Vec<TagResponseDto>, description = "")),
)]
pub(crate) async fn get_all_tags(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Vec<TagResponseDto>>> {
    let user = caller.user_id()?;
    let tags = app
        .db
        .scan(move |connection| queries::list(connection, user))
        .await?;
    Ok(Json(tags))
}

#[utoipa::path(
    get,
    path = "/api/tags/{id}",
    tag = "Tags",
    operation_id = "getTagById",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = TagResponseDto, description = "")),
)]
pub(crate) async fn get_tag_by_id(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<Json<TagResponseDto>> {
    let user = caller.user_id()?;
    let found = app
        .db
        .read(move |connection| queries::find(connection, user, id))
        .await?;
    found.map(Json).ok_or_else(|| refused(Permission::TagRead))
}
