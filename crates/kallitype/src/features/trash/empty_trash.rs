//! `POST /trash/empty`: everything in the trash goes for good.

use axum::Json;
use axum::extract::State;

use super::clear;
use super::dto::TrashResponseDto;
use crate::access::Caller;
use crate::app::state::App;
use crate::core::asset_removal::delete_for_good;
use kallitype_web::error::Result;

#[utoipa::path(
    post,
    path = "/api/trash/empty",
    tag = "Trash",
    operation_id = "emptyTrash",
    responses((status = 200, body = TrashResponseDto, description = "")),
)]
pub(crate) async fn empty_trash(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<TrashResponseDto>> {
    clear(&app, &caller, |connection, ids| {
        delete_for_good(connection, ids).map(drop)
    })
    .await
}
