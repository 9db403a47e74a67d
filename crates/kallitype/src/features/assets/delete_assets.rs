//! `DELETE /assets`: into the trash, or with `force` gone for good.

use axum::extract::State;
use http::StatusCode;

use crate::access::{Action, Caller, require_all};
use crate::app::events;
use crate::app::state::App;
use crate::core::asset_removal::{delete_for_good, trash};
use crate::features::assets::dto::AssetBulkDeleteDto;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    delete,
    path = "/api/assets",
    tag = "Assets",
    operation_id = "deleteAssets",
    request_body = AssetBulkDeleteDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_assets(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<AssetBulkDeleteDto>,
) -> Result<StatusCode> {
    let force = dto.force.unwrap_or(false);
    app.commit(move |connection| {
        require_all(connection, &caller, Action::Delete, &dto.ids)?;
        if force {
            delete_for_good(connection, &dto.ids)?;
        } else {
            trash(connection, &dto.ids)?;
            events::tell_ids(connection, caller.user_id()?, "on_asset_trash", &dto.ids)?;
        }
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
