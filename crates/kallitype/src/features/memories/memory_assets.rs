//! `PUT` and `DELETE /memories/{id}/assets`: which pictures are in a memory.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use super::require_own;
use crate::access::Permission::{MemoryAssetCreate, MemoryAssetDelete};
use crate::access::{Caller, Permission};
use crate::app::state::App;
use crate::core::memories::memory::{Memory, MemoryChanges};
use crate::core::memories::{MAX_ASSETS, queries};
use kallitype_db::Connection;
use kallitype_web::bulk::{BulkIdErrorReason, BulkIdResponseDto, BulkIdsDto, with_each};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Id};
use kallitype_web::time::now;

type Outcomes = Vec<(Uuid, Option<BulkIdErrorReason>)>;

#[utoipa::path(
    put,
    path = "/api/memories/{id}/assets",
    tag = "Memories",
    operation_id = "addMemoryAssets",
    params(("id" = uuid::Uuid, Path)),
    request_body = BulkIdsDto,
    responses((status = 200, body = Vec<BulkIdResponseDto>, description = "")),
)]
pub(crate) async fn add_memory_assets(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<BulkIdsDto>,
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    change(&app, caller, MemoryAssetCreate, (id, dto.ids), add).await
}

fn add(connection: &mut Connection<'_>, memory: &Memory, assets: &[Uuid]) -> Result<Outcomes> {
    let held = queries::held(connection, memory.id, assets)?;
    let addable = queries::addable(connection, memory.owner_id, assets)?;
    let outcomes = with_each(assets, BulkIdErrorReason::Duplicate, |asset| {
        Ok::<_, ApiError>(match asset {
            known if held.contains(&known) => Some(BulkIdErrorReason::Duplicate),
            own if addable.contains(&own) => None,
            _ => Some(BulkIdErrorReason::NoPermission),
        })
    })?;
    let known = queries::count_assets(connection, vec![memory.id])?;
    let known = known.first().map_or(0, |(_, count)| *count);
    let added: Vec<Uuid> = done(&outcomes).collect();
    require_room(
        added
            .len()
            .saturating_add(usize::try_from(known).unwrap_or(usize::MAX)),
    )?;
    queries::add_assets(connection, memory.id, added)?;
    Ok(outcomes)
}

/// Refuses a memory of more assets than one may hold.
///
/// # Errors
/// 400 for more.
pub(crate) fn require_room(assets: usize) -> Result<()> {
    match assets <= MAX_ASSETS {
        true => Ok(()),
        false => Err(ApiError::bad_request(format!(
            "A memory holds {MAX_ASSETS} assets at most"
        ))),
    }
}

#[utoipa::path(
    delete,
    path = "/api/memories/{id}/assets",
    tag = "Memories",
    operation_id = "removeMemoryAssets",
    params(("id" = uuid::Uuid, Path)),
    request_body = BulkIdsDto,
    responses((status = 200, body = Vec<BulkIdResponseDto>, description = "")),
)]
pub(crate) async fn remove_memory_assets(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Body(dto): Body<BulkIdsDto>,
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    change(&app, caller, MemoryAssetDelete, (id, dto.ids), remove).await
}

fn remove(connection: &mut Connection<'_>, memory: &Memory, assets: &[Uuid]) -> Result<Outcomes> {
    let held = queries::held(connection, memory.id, assets)?;
    let outcomes = with_each(assets, BulkIdErrorReason::NotFound, |asset| {
        let is_held = held.contains(&asset);
        Ok::<_, ApiError>((!is_held).then_some(BulkIdErrorReason::NotFound))
    })?;
    let removed: Vec<Uuid> = done(&outcomes).collect();
    queries::remove_assets(connection, memory.id, &removed)?;
    Ok(outcomes)
}

fn done(outcomes: &Outcomes) -> impl Iterator<Item = Uuid> {
    let done = outcomes.iter().filter(|(_, error)| error.is_none());
    done.map(|(asset, _)| *asset)
}

/// Changes which assets are in one of the caller's memories; answers what became of each.
async fn change(
    app: &App,
    caller: Caller,
    need: Permission,
    (id, assets): (Uuid, Vec<Uuid>),
    change: fn(&mut Connection<'_>, &Memory, &[Uuid]) -> Result<Outcomes>,
) -> Result<Json<Vec<BulkIdResponseDto>>> {
    let outcomes = app
        .commit(move |connection| {
            connection.lock("memory", id)?;
            let memory = require_own(connection, &caller, need, id)?;
            let outcomes = change(connection, &memory, &assets)?;
            if done(&outcomes).next().is_some() {
                queries::update(connection, id, &MemoryChanges::default(), now())?;
            }
            Ok::<_, ApiError>(outcomes)
        })
        .await?;
    let answers = outcomes.into_iter();
    let answers = answers.map(|(asset, error)| BulkIdResponseDto::new(asset, error));
    Ok(Json(answers.collect()))
}
