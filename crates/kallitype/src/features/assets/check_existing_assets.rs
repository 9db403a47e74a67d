//! `POST /assets/exist`: which of a device's files are here.

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::assets::queries;
use crate::features::assets::dto::{CheckExistingAssetsDto, CheckExistingAssetsResponseDto};
use kallitype_db::Connection;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/assets/exist",
    tag = "Assets",
    operation_id = "checkExistingAssets",
    summary = "checkExistingAssets",
    description = "Checks if multiple assets exist on the server and returns all existing - used by background backup",
    request_body = CheckExistingAssetsDto,
    responses((status = 200, body = CheckExistingAssetsResponseDto, description = "")),
)]
pub(crate) async fn check_existing_assets(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<CheckExistingAssetsDto>,
) -> Result<Json<CheckExistingAssetsResponseDto>> {
    let owner = caller.user_id()?;
    let find = move |connection: &mut Connection<'_>| {
        queries::find_device_assets(connection, owner, &dto.device_id, dto.device_asset_ids)
    };
    let existing_ids = app.db.scan(find).await?;
    Ok(Json(CheckExistingAssetsResponseDto { existing_ids }))
}
