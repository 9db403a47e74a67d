//! `POST /trash/restore`: everything in the trash goes back to where it was.

use axum::Json;
use axum::extract::State;

use super::clear;
use super::dto::TrashResponseDto;
use crate::access::Caller;
use crate::app::state::App;
use crate::core::asset_removal::restore;
use kallitype_web::error::Result;

#[utoipa::path(
    post,
    path = "/api/trash/restore",
    tag = "Trash",
    operation_id = "restoreTrash",
    responses((status = 200, body = TrashResponseDto, description = "")),
)]
pub(crate) async fn restore_trash(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<TrashResponseDto>> {
    clear(&app, &caller, restore).await
}
