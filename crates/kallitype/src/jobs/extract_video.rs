//! What a video is, from its headers and from `ffprobe`, and whether the settings want it converted.

use crate::app::state::App;
use crate::jobs::error::JobError;
use crate::jobs::found::{Found, read_headers};
use crate::jobs::subject::Subject;
use crate::jobs::video;
use kallitype_media::{Facts, VideoFacts, WorkerPool};

pub(crate) async fn look(
    app: &App,
    media: &WorkerPool,
    subject: &Subject,
) -> Result<Found, JobError> {
    // Of the containers that only `ffprobe` knows, the headers say nothing.
    let headers = match read_headers(app, media, subject).await {
        Err(JobError::Permanent(_)) => Facts::default(),
        read => read?,
    };
    match probe(app, subject).await {
        Ok(probed) => Ok(Found {
            wants_transcode: video::wants_transcode(app, &probed),
            facts: video::to_facts(&probed, headers),
            failure: None,
        }),
        Err(failure @ JobError::Permanent(_)) => Ok(Found {
            facts: headers,
            failure: Some(failure),
            ..Found::default()
        }),
        Err(other) => Err(other),
    }
}

async fn probe(app: &App, subject: &Subject) -> Result<VideoFacts, JobError> {
    let path = video::original_path(app, subject).await?;
    let probed = video::tools(app)?.probe(&path).await;
    video::answer(app, &path, probed).await
}
