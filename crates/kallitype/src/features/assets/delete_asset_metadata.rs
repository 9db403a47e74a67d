//! `DELETE /assets/{id}/metadata/{key}`: forgets a value; one that is not there is forgotten already.

use axum::extract::{Path, State};
use http::StatusCode;

use crate::access::{Action, Caller, require_all};
use crate::app::state::App;
use crate::core::assets::model::AssetMetadataKey;
use crate::core::assets::queries;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;
use kallitype_web::time::now;

#[utoipa::path(
    delete,
    path = "/api/assets/{id}/metadata/{key}",
    tag = "Assets",
    operation_id = "deleteAssetMetadata",
    params(("id" = uuid::Uuid, Path), ("key" = AssetMetadataKey, Path)),
    responses((status = 204, description = "")),
)]
pub(crate) async fn delete_asset_metadata(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Path(path): Path<(String, String)>,
) -> Result<StatusCode> {
    let (owner, key) = (caller.user_id()?, path.1);
    app.commit(move |connection| {
        require_all(connection, &caller, Action::Update, &[id])?;
        queries::delete_metadata(connection, owner, id, &key, now())?;
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
