use crate::app::state::App;
use crate::core::assets::file_type::FileType;
use crate::jobs::error::JobError;
use crate::jobs::subject::Subject;
use kallitype_media::{Facts, WorkerPool};

/// What looking into a file came to.
#[derive(Default)]
pub(crate) struct Found {
    pub facts: Facts,
    pub wants_transcode: bool,
    /// Why it is not everything. What was found is recorded all the same.
    pub failure: Option<JobError>,
}

/// What the original's headers say.
pub(crate) async fn read_headers(
    app: &App,
    media: &WorkerPool,
    subject: &Subject,
) -> Result<Facts, JobError> {
    let original = app.open_location(subject.original()?).await?;
    let extension =
        FileType::of_name(&subject.original_file_name).map_or("", |known| known.extension);
    Ok(media.extract(original, extension).await?)
}
