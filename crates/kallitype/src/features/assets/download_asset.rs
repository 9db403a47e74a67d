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
use kallitype_web::files::MAX_READS;

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
    let mut found = found;
    for _ in 0..MAX_READS {
        let files = found.ok_or_else(|| refused(Action::Download))?;
        if let Some(given) = serve_file::original(&app, &headers, &files).await? {
            return Ok(given);
        }
        found = serve_file::find_again(&app, &caller, Action::Download, files.id).await?;
    }
    Err(serve_file::not_found())
}
