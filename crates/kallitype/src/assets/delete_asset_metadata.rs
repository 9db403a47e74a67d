//! `DELETE /assets/{id}/metadata/{key}`: forgets a value; one that is not there is forgotten already.

use axum::extract::{Path, State};
use http::StatusCode;

use super::dto::AssetMetadataKey;
use super::queries;
use crate::access::{Caller, Need, require_all};
use crate::http::error::{ApiError, Result};
use crate::http::fields::Id;
use crate::http::state::App;
use crate::http::time::now;
use crate::library;

#[utoipa::path(
    delete,
    path = "/api/assets/{id}/metadata/{key}",
    tag = "Assets",
    operation_id = "deleteAssetMetadata",
    params(("id" = uuid::Uuid, Path), ("key" = AssetMetadataKey, Path)),
    responses((status = 204, description = "")),
)]
pub async fn delete_asset_metadata(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id,
    Path(path): Path<(String, String)>,
) -> Result<StatusCode> {
    let (owner, key) = (caller.user_id()?, path.1);
    let was_there = app
        .db
        .write(move |connection| {
            require_all(connection, &caller, Need::Update, &[id])?;
            Ok::<_, ApiError>(queries::delete_metadata(
                connection,
                owner,
                id,
                &key,
                now(),
            )?)
        })
        .await?;
    if was_there {
        library::journal_assets(&app, vec![id]).await;
    }
    Ok(StatusCode::NO_CONTENT)
}
