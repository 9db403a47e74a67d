//! `GET /assets/{id}/video/playback`: a video as browsers can play it, else as it is.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use crate::access::{Action, Caller, refused};
use crate::app::guard::Along;
use crate::app::state::App;
use crate::core::assets::model::AssetType;
use crate::features::assets::serve_file;
use crate::features::assets::serve_file::Viewable;
use kallitype_web::error::{ApiError, Result};

#[utoipa::path(
    get,
    path = "/api/assets/{id}/video/playback",
    tag = "Assets",
    operation_id = "playAssetVideo",
    params(
        ("id" = uuid::Uuid, Path),
        ("key" = Option<String>, Query, nullable = false),
        ("slug" = Option<String>, Query, nullable = false),
    ),
    responses((status = 200, body = inline(crate::core::assets::model::FileBytes), content_type = "application/octet-stream", description = "")),
)]
pub(crate) async fn play_asset_video(
    State(app): State<App>,
    caller: Caller,
    Along(Viewable(found)): Along<Viewable>,
    headers: HeaderMap,
) -> Result<Response> {
    let files = found.ok_or_else(|| refused(Action::View))?;
    let files = serve_file::named_for(&caller, files);
    if files.kind != AssetType::Video {
        return Err(ApiError::bad_request("Asset is not a video"));
    }
    match &files.encoded_video_path {
        Some(path) => serve_file::derived(&app, &headers, &files, path).await,
        None => serve_file::original(&app, &headers, &files).await,
    }
}
