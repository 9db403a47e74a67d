//! `GET /assets/{id}/original`: the stored bytes.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use crate::access::{Action, Caller, refused};
use crate::app::guard::Along;
use crate::app::state::App;
use crate::features::assets::serve_file;
use crate::features::assets::serve_file::Downloadable;
use kallitype_web::error::{ApiError, Result};

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
    Along(Downloadable(found)): Along<Downloadable>,
    headers: HeaderMap,
) -> Result<Response> {
    if caller.keeps_originals_back() {
        return Err(ApiError::forbidden("Forbidden"));
    }
    let files = found.ok_or_else(|| refused(Action::Download))?;
    serve_file::original(&app, &headers, &files).await
}
