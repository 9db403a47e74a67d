//! `DELETE /albums/{id}`: the album goes, its pictures stay. Only its owner may.

use axum::extract::State;
use http::StatusCode;

use super::queries;
use crate::access::{AlbumNeed, Caller, require_album};
use crate::http::error::{ApiError, Result};
use crate::http::fields::Id;
use crate::http::state::App;
use crate::http::time::now;
use crate::{library, notifications};

#[utoipa::path(
    delete,
    path = "/api/albums/{id}",
    tag = "Albums",
    operation_id = "deleteAlbum",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub async fn delete_album(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    app.db
        .write(move |connection| {
            require_album(connection, &caller, AlbumNeed::Delete, id)?;
            for user in queries::list_user_ids(connection, id)? {
                notifications::album_left(connection, id, user)?;
            }
            Ok::<_, ApiError>(queries::delete(connection, id, now())?)
        })
        .await?;
    library::journal_deleted(&app, &[id]).await;
    Ok(StatusCode::NO_CONTENT)
}
