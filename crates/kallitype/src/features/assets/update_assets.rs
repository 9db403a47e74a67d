//! `PUT /assets`: changes many assets alike, all of them or none.

use axum::extract::State;
use http::StatusCode;

use crate::access::{Action, Caller, require_all};
use crate::app::state::App;
use crate::features::assets::changes;
use crate::features::assets::dto::AssetBulkUpdateDto;
use kallitype_web::error::Result;
use kallitype_web::fields::Body;

#[utoipa::path(
    put,
    path = "/api/assets",
    tag = "Assets",
    operation_id = "updateAssets",
    request_body = AssetBulkUpdateDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn update_assets(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<AssetBulkUpdateDto>,
) -> Result<StatusCode> {
    let config = app.config();
    app.commit(move |connection| {
        require_all(connection, &caller, Action::Update, &dto.ids)?;
        changes::of_many(&dto)
            .with_settings(&config)
            .apply(connection, &dto.ids)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
