//! `POST /assets/jobs`: has work on assets done again.

use axum::extract::State;
use http::StatusCode;

use crate::access::{Action, Caller, require_all};
use crate::app::state::App;
use crate::features::assets::dto::{AssetJobName, AssetJobsDto};
use crate::jobs::transcode_video;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/assets/jobs",
    tag = "Assets",
    operation_id = "runAssetJobs",
    request_body = AssetJobsDto,
    responses((status = 204, description = "")),
)]
pub(crate) async fn run_asset_jobs(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<AssetJobsDto>,
) -> Result<StatusCode> {
    let kind = kind_of(&app, dto.name)?;
    app.commit(move |connection| {
        require_all(connection, &caller, Action::Update, &dto.asset_ids)?;
        if let Some(kind) = kind {
            dto.asset_ids
                .iter()
                .try_for_each(|id| queue::enqueue_by_hand(connection, kind, *id))?;
        }
        Ok::<_, ApiError>(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The work behind a name. Where no faces are looked for, as the server's features say, there are none to refresh.
/// Videos that cannot be converted are refused: someone waits for them.
fn kind_of(app: &App, name: AssetJobName) -> Result<Option<JobKind>> {
    match name {
        AssetJobName::RefreshMetadata => Ok(Some(JobKind::ExtractMetadata)),
        AssetJobName::RegenerateThumbnail => Ok(Some(JobKind::GenerateThumbnails)),
        AssetJobName::RefreshFaces => {
            let finds_faces = app.config().machine_learning.has_facial_recognition();
            Ok(finds_faces.then_some(JobKind::DetectFaces))
        }
        AssetJobName::TranscodeVideo => transcode_video::can_transcode(app)
            .map(|()| Some(JobKind::TranscodeVideo))
            .map_err(|reason| {
                ApiError::bad_request(format!("This server cannot do {}: {reason}", name.name()))
            }),
    }
}
