//! `GET /assets/{id}`: an asset with what is known of it.

use axum::Json;
use axum::extract::State;

use crate::access::{Action, Caller, Scope, refused};
use crate::app::state::App;
use crate::core::asset_details;
use crate::core::asset_details::AssetResponseDto;
use kallitype_web::error::Result;
use kallitype_web::fields::Id;
use kallitype_web::version::Wire;

#[utoipa::path(
    get,
    path = "/api/assets/{id}",
    tag = "Assets",
    operation_id = "getAssetInfo",
    params(
        ("id" = uuid::Uuid, Path),
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    responses((status = 200, body = AssetResponseDto, description = "")),
)]
pub(crate) async fn get_asset_info(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
) -> Result<Json<AssetResponseDto>> {
    let scope = Scope::of(&caller, Action::Read);
    let found = app
        .db
        .read_consistent(move |connection| asset_details::find_details(connection, &scope, id))
        .await?;
    let details = found.ok_or_else(|| refused(Action::Read))?;
    Ok(Json(details.present(&caller, wire)))
}
