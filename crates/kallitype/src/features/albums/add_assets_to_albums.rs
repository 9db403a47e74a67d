//! `PUT /albums/assets`: adds assets to several albums, each to each.

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use crate::access::{AlbumAction, Caller, require_album};
use crate::app::state::App;
use crate::core::albums::membership;
use crate::features::albums::dto::{AlbumsAddAssetsDto, AlbumsAddAssetsResponseDto};
use crate::features::albums::notify;
use crate::mail::PostOptions;
use kallitype_db::Connection;
use kallitype_web::bulk::{BulkIdErrorReason, BulkIdResponseDto};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    put,
    path = "/api/albums/assets",
    tag = "Albums",
    operation_id = "addAssetsToAlbums",
    params(
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    request_body = AlbumsAddAssetsDto,
    responses((status = 200, body = AlbumsAddAssetsResponseDto, description = "")),
)]
pub(crate) async fn add_assets_to_albums(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<AlbumsAddAssetsDto>,
) -> Result<Json<AlbumsAddAssetsResponseDto>> {
    let mail = app.post_options();
    let answers = app
        .commit(move |connection| add(connection, mail, &caller, &dto))
        .await?;
    Ok(Json(sum_up(&answers)))
}

/// Adds what may be added to where it may be added, and passes over the rest.
fn add(
    connection: &mut Connection<'_>,
    mail: PostOptions,
    caller: &Caller,
    dto: &AlbumsAddAssetsDto,
) -> Result<Vec<BulkIdResponseDto>> {
    // One order for everyone, so that two requests for the same albums do not wait for each other.
    let mut albums: Vec<Uuid> = dto.album_ids.clone();
    albums.sort_unstable();
    albums.dedup();
    let mut answers = Vec::new();
    for album in albums {
        match require_album(connection, caller, AlbumAction::AddAssets, album) {
            Ok(()) => {
                let added = membership::add(connection, caller, album, &dto.asset_ids)?;
                if added.iter().any(|answer| answer.success) {
                    notify::updated(connection, mail, caller, album)?;
                }
                answers.extend(added);
            }
            Err(refused) if refused.status() == http::StatusCode::BAD_REQUEST => {}
            Err(failed) => return Err(failed),
        }
    }
    Ok::<_, ApiError>(answers)
}

/// A success when anything was added, else why nothing was.
fn sum_up(answers: &[BulkIdResponseDto]) -> AlbumsAddAssetsResponseDto {
    let was_duplicate =
        |answer: &BulkIdResponseDto| answer.error == Some(BulkIdErrorReason::Duplicate);
    let error = if answers.iter().any(|answer| answer.success) {
        None
    } else if answers.iter().any(was_duplicate) {
        Some(BulkIdErrorReason::Duplicate)
    } else {
        Some(BulkIdErrorReason::NoPermission)
    };
    AlbumsAddAssetsResponseDto {
        success: error.is_none(),
        error,
    }
}
