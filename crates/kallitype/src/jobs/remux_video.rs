//! Makes a video without what it says of itself, for links that hide metadata. The picture and the sound stay as they are.

use uuid::Uuid;

use crate::app::state::App;
use crate::core::assets::facts;
use crate::core::assets::file_type::FileType;
use crate::jobs::backlog::Backlog;
use crate::jobs::derived::record_files;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::jobs::{subject, video};
use crate::queue::kind::JobKind;
use kallitype_db::new_id;
use kallitype_media::Container;
use kallitype_storage::{Kind, StorageKey};
use kallitype_web::time::now;

pub(crate) struct RemuxVideo;

impl Job for RemuxVideo {
    const KIND: JobKind = JobKind::RemuxVideo;
    const BACKLOG: Option<Backlog> = Some(Backlog::assets(
        "asset.bare_video_path IS NOT NULL",
        // It is made when someone asks for it. What could not be made is tried again.
        "EXISTS (SELECT 1 FROM job WHERE job.kind = 'remux-video' AND job.subject_id = asset.id)",
    ));

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, subject).await
    }
}

async fn run(app: &App, id: Uuid) -> Result<(), JobError> {
    let subject = app
        .db
        .read(move |connection| subject::find_subject(connection, id))
        .await?;
    let Some(subject) = subject.filter(video::is_video) else {
        return Ok(());
    };
    let tools = video::tools(app)?;
    let input = video::original_path(app, &subject).await?;
    let found = video::answer(app, &input, tools.probe(&input).await).await?;
    let extension =
        FileType::of_name(&subject.original_file_name).map_or("", |known| known.extension);
    let container = Container::of_extension(extension);
    let (draft, max_bytes) = video::begin(app).await?;
    let remuxed = tools
        .remux(&input, draft.path(), &found, container, max_bytes)
        .await
        .map_err(|error| video::not_made(app, max_bytes, error));
    video::answer(app, &input, remuxed).await?;
    let key = StorageKey::derived(
        subject.owner_id,
        new_id(),
        Kind::BareVideo,
        container.extension(),
    );
    let placed = video::place(app, id, draft, key).await?;
    let bare = placed.key().to_string();
    record_files(app, [placed], move |connection| {
        facts::set_bare_video(connection, id, &subject.checksum, &bare, now())
    })
    .await
}
