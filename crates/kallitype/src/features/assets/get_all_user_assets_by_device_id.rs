//! `GET /assets/device/{deviceId}`: the names a device gave to what it uploaded.

use axum::Json;
use axum::extract::{Path, State};

use crate::access::Caller;
use crate::app::state::App;
use crate::core::assets::queries;
use kallitype_db::Connection;
use kallitype_web::error::Result;

#[utoipa::path(
    get,
    path = "/api/assets/device/{deviceId}",
    tag = "Assets",
    operation_id = "getAllUserAssetsByDeviceId",
    summary = "getAllUserAssetsByDeviceId",
    description = "Get all asset of a device that are in the database, ID only.",
    params(("deviceId" = String, Path)),
    responses((status = 200, body = Vec<String>, description = "")),
)]
pub(crate) async fn get_all_user_assets_by_device_id(
    State(app): State<App>,
    caller: Caller,
    Path(device): Path<String>,
) -> Result<Json<Vec<String>>> {
    let owner = caller.user_id()?;
    let list = move |connection: &mut Connection<'_>| {
        queries::list_device_assets(connection, owner, &device)
    };
    Ok(Json(app.db.scan(list).await?))
}
