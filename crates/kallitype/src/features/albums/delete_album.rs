//! `DELETE /albums/{id}`: the album goes, its pictures stay. Only its owner may.

use axum::extract::State;
use http::StatusCode;

use crate::access::{AlbumAction, Caller, require_album};
use crate::app::state::App;
use crate::core::albums::queries;
use crate::core::notifications::events;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/albums/{id}",
    tag = "Albums",
    operation_id = "deleteAlbum",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_album(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
) -> Result<StatusCode> {
    app.commit(move |connection| {
        require_album(connection, &caller, AlbumAction::Delete, id)?;
        for user in queries::list_user_ids(connection, id)? {
            events::album_left(connection, id, user)?;
        }
        Ok::<_, ApiError>(queries::delete(connection, id, now())?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
