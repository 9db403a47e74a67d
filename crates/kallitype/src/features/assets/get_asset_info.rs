//! `GET /assets/{id}`: an asset with what is known of it.

use axum::Json;

use crate::access::{Action, Caller, Scope, refused};
use crate::app::guard::{Along, ReadAlong};
use crate::core::asset_details;
use crate::core::asset_details::{AssetDetails, AssetResponseDto};
use kallitype_db::Connection;
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
    caller: Caller,
    Along(found): Along<Option<AssetDetails>>,
    wire: Wire,
) -> Result<Json<AssetResponseDto>> {
    let details = found.ok_or_else(|| refused(Action::Read))?;
    Ok(Json(details.present(&caller, wire)))
}

impl ReadAlong for Option<AssetDetails> {
    type Of = Id;

    fn read(connection: &mut Connection<'_>, caller: &Caller, Id(id): Id) -> Result<Self> {
        let scope = Scope::of(caller, Action::Read);
        Ok(asset_details::find_details(connection, &scope, id)?)
    }
}
