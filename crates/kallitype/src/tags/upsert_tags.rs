//! `PUT /tags`: the tags of these paths, made if they are not there.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use super::dto::{TagResponseDto, TagUpsertDto};
use super::{queries, tree};
use crate::access::Caller;
use crate::db::Connection;
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::state::App;
use crate::http::time::now;
use crate::library;

#[utoipa::path(
    put,
    path = "/api/tags",
    tag = "Tags",
    operation_id = "upsertTags",
    request_body = TagUpsertDto,
    responses((status = 200, body = Vec<TagResponseDto>, description = "")),
)]
pub async fn upsert_tags(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<TagUpsertDto>,
) -> Result<Json<Vec<TagResponseDto>>> {
    let user = caller.user_id()?;
    let mut seen = std::collections::HashSet::new();
    let mut paths = dto.tags;
    paths.retain(|path| seen.insert(path.clone()));
    let tags = app
        .db
        .write(move |connection| {
            paths
                .iter()
                .map(|path| upsert(connection, user, path))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    library::journal_tags(&app, tags.iter().map(|tag| tag.id).collect()).await;
    Ok(Json(tags))
}

fn upsert(connection: &mut Connection<'_>, user: Uuid, path: &str) -> Result<TagResponseDto> {
    let id = tree::ensure(connection, user, path, now())?;
    queries::find(connection, user, id)?.ok_or_else(|| ApiError::internal("a tag vanished"))
}
