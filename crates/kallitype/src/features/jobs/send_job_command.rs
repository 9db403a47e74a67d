//! `PUT /jobs/{id}`: starts, pauses, resumes or clears a queue.

use axum::Json;
use axum::extract::{Path, State};

use crate::app::state::App;
use crate::features::jobs::dto::{JobCommand, JobCommandDto, JobStatusDto};
use crate::features::jobs::queries;
use crate::jobs::backlog;
use crate::jobs::backlog::Extent;
use crate::jobs::transcode_video::can_transcode;
use crate::queue::kind::{JobKind, JobName};
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Body, Enumeration};

#[utoipa::path(
    put,
    path = "/api/jobs/{id}",
    tag = "Jobs",
    operation_id = "sendJobCommand",
    params(("id" = JobName, Path)),
    request_body = JobCommandDto,
    responses((status = 200, body = JobStatusDto, description = "")),
)]
pub(crate) async fn send_job_command(
    State(app): State<App>,
    Path(name): Path<String>,
    Body(dto): Body<JobCommandDto>,
) -> Result<Json<JobStatusDto>> {
    let queue = JobName::from_name(&name).ok_or_else(|| unknown_queue(&name))?;
    let command = dto.command;
    let extent = extent_of(queue, dto.force);
    let started = match command {
        JobCommand::Start => work_of(&app, queue)?,
        _ => &[],
    };
    let state = app
        .commit(move |connection| {
            obey(connection, queue, command)?;
            if !started.is_empty() {
                start(connection, queue, started, extent)?;
            }
            Ok::<_, ApiError>(state(connection, queue)?)
        })
        .await?;
    Ok(Json(state))
}

fn unknown_queue(name: &str) -> ApiError {
    let names: Vec<_> = JobName::CHOICES.iter().map(|(name, _)| *name).collect();
    ApiError::invalid(vec![format!(
        "id must be one of the following values: {}, not {name}",
        names.join(", ")
    )])
}

/// How much is to be done: what is missing, unless it is forced. For faces, to say nothing is to have all assets looked at
/// again while what is known of them stays.
fn extent_of(queue: JobName, is_forced: Option<bool>) -> Extent {
    match (queue, is_forced) {
        (_, Some(true)) => Extent::Anew,
        (JobName::FaceDetection, None) => Extent::All,
        _ => Extent::Missing,
    }
}

/// The work that a queue can be filled with.
fn work_of(app: &App, queue: JobName) -> Result<&'static [JobKind]> {
    let refused = |reason: &str| {
        ApiError::bad_request(format!("This server cannot start {}{reason}", queue.name()))
    };
    let config = app.config();
    let learning = &config.machine_learning;
    match queue {
        JobName::MetadataExtraction => Ok(&[JobKind::ExtractMetadata]),
        JobName::ThumbnailGeneration => Ok(&[
            JobKind::GenerateThumbnails,
            JobKind::GeneratePersonThumbnail,
        ]),
        JobName::DuplicateDetection => Ok(&[JobKind::DetectDuplicates]),
        JobName::SmartSearch if learning.has_smart_search() => Ok(&[JobKind::EncodeAsset]),
        JobName::FaceDetection if learning.has_facial_recognition() => Ok(&[JobKind::DetectFaces]),
        JobName::FacialRecognition if learning.has_facial_recognition() => {
            Ok(&[JobKind::RecognizeFace])
        }
        JobName::Sidecar => Ok(&[JobKind::WriteSidecar]),
        JobName::Library => Ok(&[JobKind::ScanLibrary]),
        JobName::StorageTemplateMigration if config.storage_template.enabled => {
            Ok(&[JobKind::ApplyStorageTemplate])
        }
        JobName::StorageTemplateMigration => Err(refused(": it is switched off")),
        JobName::VideoConversion => can_transcode(app)
            .map(|()| &[JobKind::TranscodeVideo][..])
            .map_err(|reason| refused(&format!(": {reason}"))),
        JobName::Notifications if !app.post_options().is_on => {
            Err(refused(": there is no mail server"))
        }
        JobName::Notifications => Ok(&[JobKind::SendMail]),
        _ => Err(refused("")),
    }
}

fn obey(connection: &mut Connection<'_>, queue: JobName, command: JobCommand) -> Result<()> {
    match command {
        JobCommand::Start => {}
        JobCommand::Pause => queries::pause(connection, queue)?,
        JobCommand::Resume => queries::resume(connection, queue)?,
        JobCommand::Empty => queries::delete_waiting(connection, queue)?,
        JobCommand::ClearFailed => queries::delete_failed(connection, queue)?,
    }
    Ok(())
}

/// Fills a queue with what is missing, or with everything.
fn start(
    connection: &mut Connection<'_>,
    queue: JobName,
    kinds: &[JobKind],
    extent: Extent,
) -> Result<()> {
    if state(connection, queue)?.queue_status.is_active {
        return Err(ApiError::bad_request("Job is already running"));
    }
    for kind in kinds {
        backlog::enqueue_many(connection, *kind, extent)?;
    }
    Ok(())
}

fn state(connection: &mut Connection<'_>, queue: JobName) -> kallitype_db::Result<JobStatusDto> {
    let states = queries::list_states(connection)?;
    let found = states.iter().find(|(known, _)| *known == queue);
    Ok(found.map(|(_, state)| *state).unwrap_or_default())
}
