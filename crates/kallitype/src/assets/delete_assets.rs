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
                Some(delete_for_good(connection, &ids)?)
            } else {
                trash(connection, &ids)?;
                None
            })
        })
        .await?;
    match gone {
        Some(gone) => finish(&app, gone).await,
        None => library::journal_assets(&app, dto.ids).await,
    }
    Ok(StatusCode::NO_CONTENT)
}

fn trash(connection: &mut Connection<'_>, ids: &[Uuid]) -> db::Result<()> {
    let now = now();
    ids.iter()
        .try_for_each(|id| queries::set_deleted(connection, *id, Some(now), now))
}

/// What a deletion did.
#[derive(Debug, Default)]
pub struct Gone {
    /// The assets that are no more.
    pub deleted: Vec<Uuid>,
    /// The pictures that lost their moving part.
    pub stilled: Vec<Uuid>,
}

/// Journals a deletion and removes its files.
pub async fn finish(app: &App, gone: Gone) {
    library::journal_deleted(app, &gone.deleted).await;
    library::journal_assets(app, gone.stilled).await;
    library::remove_doomed_files(app).await;
}

/// Deletes some of a user's assets for good, at most so many by themselves.
///
/// # Errors
/// When the database fails.
pub fn delete_some_owned(
    connection: &mut Connection<'_>,
    owner: Uuid,
    most: i64,
) -> db::Result<Gone> {
    let ids = queries::list_owned(connection, owner, most)?;
    delete_for_good(connection, &ids)
}

/// Deletes records, and the moving parts that no other picture uses.
///
/// # Errors
/// When the database fails.
pub fn delete_for_good(connection: &mut Connection<'_>, ids: &[Uuid]) -> db::Result<Gone> {
    let now = now();
    let mut gone = Gone::default();
    for id in ids {
        let Some(doomed) = queries::find_doomed(connection, *id)? else {
            continue;
        };
        queries::delete(connection, &doomed, now)?;
        gone.deleted.push(*id);
        gone.stilled
            .extend(queries::forget_motion_part(connection, *id, now)?);
        let Some(video) = doomed.live_photo_video_id else {
            continue;
        };
        if queries::is_motion_part(connection, video)? {
            continue;
        }
        if let Some(doomed) = queries::find_doomed(connection, video)? {
            queries::delete(connection, &doomed, now)?;
            gone.deleted.push(video);
        }
    }
    Ok(gone)
}
