//! `GET /assets/{id}/video/playback`: a video as browsers can play it, else as it is. A link that hides metadata never gives
//! the original.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use uuid::Uuid;

use crate::access::{Action, Caller, refused};
use crate::app::guard::Along;
use crate::app::state::App;
use crate::core::assets::model::AssetType;
use crate::core::assets::queries::AssetFiles;
use crate::features::assets::serve_file;
use crate::features::assets::serve_file::Viewable;
use crate::queue;
use crate::queue::Standing;
use crate::queue::kind::JobKind;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::files::MAX_READS;

/// When to ask again for what is being made: most videos take no longer.
const RETRY_SECONDS: u64 = 2;

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
    let mut found = found;
    for _ in 0..MAX_READS {
        let files = found.ok_or_else(|| refused(Action::View))?;
        let id = files.id;
        if let Some(given) = play(&app, &caller, &headers, files).await? {
            return Ok(given);
        }
        found = serve_file::find_again(&app, &caller, Action::View, id).await?;
    }
    Err(serve_file::not_found())
}

async fn play(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    files: AssetFiles,
) -> Result<Option<Response>> {
    let files = serve_file::named_for(caller, files);
    if files.kind != AssetType::Video {
        return Err(ApiError::bad_request("Asset is not a video"));
    }
    let hides_metadata = caller.hides_metadata();
    let bare = files.bare_video_path.as_ref().filter(|_| hides_metadata);
    match files.encoded_video_path.as_ref().or(bare) {
        Some(path) => serve_file::derived(app, headers, &files, path).await,
        None if hides_metadata => Err(have_bared(app, files.id).await?),
        None => serve_file::original(app, headers, &files).await,
    }
}

/// Has a version made that does not say what the original says of itself. Answers why it is not there yet, or never.
async fn have_bared(app: &App, id: Uuid) -> Result<ApiError> {
    let kind = JobKind::RemuxVideo;
    let standing = app
        .db
        .read(move |connection| queue::standing(connection, kind, id))
        .await?;
    match standing {
        Standing::Failed => {
            return Ok(ApiError::forbidden(
                "This link hides metadata, and the video cannot be shown without them",
            ));
        }
        Standing::Waiting => {}
        Standing::Unknown => {
            app.commit(move |connection| queue::enqueue_unknown(connection, kind, id))
                .await?;
        }
    }
    Ok(ApiError::not_yet(
        "This link hides metadata: the video is being made without them, try again soon",
        RETRY_SECONDS,
    ))
}
