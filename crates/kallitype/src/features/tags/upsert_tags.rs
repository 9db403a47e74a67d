//! `PUT /tags`: the tags of these paths, made if they are not there.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::tags::tag::TagResponseDto;
use crate::core::tags::{queries, tree};
use crate::features::tags::dto::TagUpsertDto;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;
use kallitype_web::time::now;

#[utoipa::path(
    put,
    path = "/api/tags",
    tag = "Tags",
    operation_id = "upsertTags",
    request_body = TagUpsertDto,
    responses((status = 200, body = Vec<TagResponseDto>, description = "")),
)]
pub(crate) async fn upsert_tags(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<TagUpsertDto>,
) -> Result<Json<Vec<TagResponseDto>>> {
    let user = caller.user_id()?;
    let mut seen = std::collections::HashSet::new();
    let mut paths = dto.tags;
    paths.retain(|path| seen.insert(path.clone()));
    let tags = app
        .commit(move |connection| {
            paths
                .iter()
                .map(|path| upsert(connection, user, path))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    Ok(Json(tags))
}

fn upsert(connection: &mut Connection<'_>, user: Uuid, path: &str) -> Result<TagResponseDto> {
    let id = tree::ensure(connection, user, path, now())?;
    queries::find(connection, user, id)?.ok_or_else(|| ApiError::internal("a tag vanished"))
}
