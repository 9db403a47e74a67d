//! `DELETE /assets`: into the trash, or with `force` gone for good.

use axum::extract::State;
use http::StatusCode;
use uuid::Uuid;

use super::dto::AssetBulkDeleteDto;
use super::queries;
use crate::access::{Caller, Need, require_all};
use crate::db::{self, Connection};
use crate::http::error::{ApiError, Result};
use crate::http::fields::Body;
use crate::http::state::App;
use crate::http::time::now;
use crate::library;

#[utoipa::path(
    delete,
    path = "/api/assets",
    tag = "Assets",
    operation_id = "deleteAssets",
    request_body = AssetBulkDeleteDto,
    responses((status = 204, description = "")),
)]
pub async fn delete_assets(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<AssetBulkDeleteDto>,
) -> Result<StatusCode> {
    let force = dto.force.unwrap_or(false);
    let ids = dto.ids.clone();
    let gone = app
        .db
        .write(move |connection| {
            require_all(connection, &caller, Need::Delete, &ids)?;
            Ok::<_, ApiError>(if force {
                delete_for_good(connection, &ids)?
            } else {
                trash(connection, &ids)?
            })
        })
        .await?;
    if force {
        library::journal_deleted(&app, &gone).await;
        library::remove_doomed_files(&app).await;
    } else {
        library::journal_assets(&app, dto.ids).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn trash(connection: &mut Connection<'_>, ids: &[Uuid]) -> db::Result<Vec<Uuid>> {
    let now = now();
    ids.iter()
        .try_for_each(|id| queries::set_deleted(connection, *id, Some(now), now))?;
    Ok(Vec::new())
}

/// Deletes records, and the moving parts that no other picture uses; answers what is gone.
///
/// # Errors
/// When the database fails.
pub fn delete_for_good(connection: &mut Connection<'_>, ids: &[Uuid]) -> db::Result<Vec<Uuid>> {
    let now = now();
    let mut gone = Vec::new();
    for id in ids {
        let Some(doomed) = queries::find_doomed(connection, *id)? else {
            continue;
        };
        queries::delete(connection, &doomed, now)?;
        gone.push(*id);
        let Some(video) = doomed.live_photo_video_id else {
            continue;
        };
        if queries::is_motion_part(connection, video)? {
            continue;
        }
        if let Some(doomed) = queries::find_doomed(connection, video)? {
            queries::delete(connection, &doomed, now)?;
            gone.push(video);
        }
    }
    Ok(gone)
}
