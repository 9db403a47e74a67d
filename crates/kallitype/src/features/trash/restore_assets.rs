//! `POST /trash/restore/assets`: some assets go back to where they were.

use axum::Json;
use axum::extract::State;

use super::dto::TrashResponseDto;
use crate::access::{Action, Caller, require_all};
use crate::app::events;
use crate::app::state::App;
use crate::core::asset_removal::restore;
use kallitype_web::bulk::BulkIdsDto;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/trash/restore/assets",
    tag = "Trash",
    operation_id = "restoreAssets",
    request_body = BulkIdsDto,
    responses((status = 200, body = TrashResponseDto, description = "")),
)]
pub(crate) async fn restore_assets(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<BulkIdsDto>,
) -> Result<Json<TrashResponseDto>> {
    let count = dto.ids.len();
    app.commit(move |connection| {
        require_all(connection, &caller, Action::Delete, &dto.ids)?;
        restore(connection, &dto.ids)?;
        events::tell_ids(connection, caller.user_id()?, "on_asset_restore", &dto.ids)?;
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(Json(TrashResponseDto { count }))
}
