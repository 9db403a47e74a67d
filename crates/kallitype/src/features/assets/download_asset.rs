//! `GET /assets/{id}/original`: the stored bytes.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use crate::access::{Action, Caller, Scope, refused};
use crate::app::state::App;
use crate::core::assets::queries;
use crate::features::assets::serve_file;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Id;

#[utoipa::path(
    get,
    path = "/api/assets/{id}/original",
    tag = "Assets",
    operation_id = "downloadAsset",
    params(
        ("id" = uuid::Uuid, Path),
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    responses((status = 200, body = inline(crate::core::assets::model::FileBytes), content_type = "application/octet-stream", description = "")),
)]
pub(crate) async fn download_asset(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response> {
    let scope = Scope::of(&caller, Action::Download);
    if caller.link().is_some_and(|link| !link.allow_download) {
        return Err(ApiError::forbidden("Forbidden"));
    }
    let found = app
        .db
        .read(move |connection| queries::find_files(connection, &scope, id))
        .await?;
    serve_file::original(
        &app,
        &headers,
        &found.ok_or_else(|| refused(Action::Download))?,
    )
}
