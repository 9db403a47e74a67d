//! `GET /assets/{id}`: an asset with what is known of it.

use axum::Json;
use axum::extract::State;

use super::dto::AssetResponseDto;
use super::queries;
use crate::access::{Caller, Need, Scope, refused};
use crate::http::error::Result;
use crate::http::fields::Id;
use crate::http::state::App;
use crate::http::version::Wire;

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
pub async fn get_asset_info(
    State(app): State<App>,
    caller: Caller,
    wire: Wire,
    Id(id): Id,
) -> Result<Json<AssetResponseDto>> {
    let scope = Scope::of(&caller, Need::Read);
    let found = app
        .db
        .read(move |connection| queries::find_details(connection, &scope, id))
        .await?;
    let details = found.ok_or_else(|| refused(Need::Read))?;
    Ok(Json(details.present(&caller, wire)))
}
