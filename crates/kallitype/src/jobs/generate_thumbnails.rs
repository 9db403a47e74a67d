//! Makes the thumbnail, the preview and the thumbhash of a picture, or of the frame that stands for a video.

use std::fs::File;
use std::io::Write;

use uuid::Uuid;

use crate::app::state::App;
use crate::config::system::image::{ImageFormat, SystemConfigGeneratedImageDto};
use crate::core::assets::facts;
use crate::core::assets::facts::DerivedFiles;
use crate::core::assets::file_type::{FileKind, FileType};
use crate::core::duplicates;
use crate::core::people::featured;
use crate::jobs::backlog::Backlog;
use crate::jobs::derived::record_files;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::preview;
use crate::jobs::progress::Progress;
use crate::jobs::subject::Subject;
use crate::jobs::{subject, video};
use crate::queue::kind::JobKind;
use kallitype_db::new_id;
use kallitype_media::{Encoding, MediaError, OutputFormat, RenderOptions, Rendered, WorkerPool};
use kallitype_storage::{Kind, Placed, Storage, StorageKey};
use kallitype_web::time::now;

pub(crate) struct GenerateThumbnails;

impl Job for GenerateThumbnails {
    const KIND: JobKind = JobKind::GenerateThumbnails;
    const BACKLOG: Option<Backlog> = Some(Backlog::assets(
        "TRUE",
        "(asset.thumbnail_path IS NULL OR asset.preview_path IS NULL OR asset.thumbhash IS NULL)",
    ));

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        run(app, &app.media, subject).await
    }
}

async fn run(app: &App, media: &WorkerPool, id: Uuid) -> Result<(), JobError> {
    let Some(subject) = app
        .db
        .read(move |connection| subject::find_subject(connection, id))
        .await?
        .filter(|subject| !subject.is_offline)
    else {
        return Ok(());
    };
    let Some(file_type) = FileType::of_name(&subject.original_file_name) else {
        return Ok(());
    };
    let options = options(app, file_type);
    let picture = match file_type.kind {
        FileKind::Image => open_picture(app, &subject).await?,
        FileKind::Video => make_poster(app, &subject, options.preview_size).await?,
        FileKind::Sidecar => return Ok(()),
    };
    let rendered = draw(media, picture, file_type, &options).await?;
    keep(app, id, &subject, &options, rendered).await
}

/// All pictures; without that of full size if it takes more memory than there is, as the others take far less.
async fn draw(
    media: &WorkerPool,
    picture: File,
    file_type: &FileType,
    options: &RenderOptions,
) -> Result<Rendered, JobError> {
    let extension = file_type.extension;
    let outcome = media
        .render(picture.try_clone()?, extension, options.clone())
        .await;
    match outcome {
        Err(MediaError::OutOfMemory) if options.fullsize_quality.is_some() => {
            let smaller = RenderOptions {
                fullsize_quality: None,
                ..options.clone()
            };
            match media.render(picture, extension, smaller).await {
                // That was the second time.
                Err(error @ MediaError::OutOfMemory) => Err(JobError::Permanent(error.to_string())),
                outcome => Ok(outcome?),
            }
        }
        outcome => Ok(outcome?),
    }
}

async fn open_picture(app: &App, subject: &Subject) -> Result<File, JobError> {
    Ok(app.open_location(subject.original()?).await?)
}

/// The frame that stands for a video. Its file has no name any more and goes with the descriptor.
async fn make_poster(app: &App, subject: &Subject, long_edge: u32) -> Result<File, JobError> {
    let tools = video::tools(app)?;
    let input = video::original_path(app, subject).await?;
    let found = video::answer(app, &input, tools.probe(&input).await).await?;
    let storage = app.storage.clone();
    let draft = app.file_readers.run(move || storage.draft()).await?;
    let drawn = tools.poster(&input, draft.path(), &found, long_edge).await;
    video::answer(app, &input, drawn).await?;
    Ok(app
        .file_readers
        .run(move || File::open(draft.path()))
        .await?)
}

fn options(app: &App, file_type: &FileType) -> RenderOptions {
    let image = app.config().image.clone();
    let wants_fullsize = image.fullsize.enabled
        && file_type.kind == FileKind::Image
        && !file_type.is_web_displayable();
    RenderOptions {
        thumbnail_size: image.thumbnail.size,
        thumbnail: encoding(image.thumbnail),
        preview_size: image.preview.size,
        preview: encoding(image.preview),
        fullsize_quality: wants_fullsize.then_some(image.fullsize.quality),
        fullsize_max_bytes: app.settings.fullsize_max_bytes,
        pixel_limit: app.settings.media_max_pixels,
    }
}

fn encoding(image: SystemConfigGeneratedImageDto) -> Encoding {
    Encoding {
        format: match image.format {
            ImageFormat::Jpeg => OutputFormat::Jpeg,
            ImageFormat::Webp => OutputFormat::Webp,
        },
        quality: image.quality,
    }
}

fn extension(format: OutputFormat) -> &'static str {
    match format {
        OutputFormat::Jpeg => "jpeg",
        OutputFormat::Webp => "webp",
    }
}

/// Files that were placed and are not recorded yet.
struct PlacedFiles {
    thumbnail: Placed,
    preview: Placed,
    fullsize: Option<Placed>,
}

/// Stores what was made and records it; what it takes the place of is removed.
async fn keep(
    app: &App,
    id: Uuid,
    subject: &Subject,
    options: &RenderOptions,
    rendered: Rendered,
) -> Result<(), JobError> {
    let (thumbhash, fingerprint) = (rendered.thumbhash.clone(), rendered.fingerprint.clone());
    let (storage, owner, options) = (app.storage.clone(), subject.owner_id, options.clone());
    let placing =
        tokio::task::spawn_blocking(move || place(&storage, owner, id, &options, &rendered));
    let placed = placing
        .await
        .map_err(|error| JobError::Temporary(error.to_string()))??;
    let derived = DerivedFiles {
        thumbnail: placed.thumbnail.key().to_string(),
        preview: placed.preview.key().to_string(),
        fullsize: placed.fullsize.as_ref().map(|file| file.key().to_string()),
        thumbhash,
    };
    let checksum = subject.checksum.clone();
    let files = [placed.thumbnail, placed.preview].into_iter();
    record_files(app, files.chain(placed.fullsize), move |connection| {
        let is_recorded = facts::set_derived(connection, id, &checksum, &derived, now())?;
        if is_recorded {
            duplicates::enter(connection, id, fingerprint.as_ref())?;
            preview::request(connection, id)?;
        }
        featured::redraw(connection, id)?;
        Ok(is_recorded)
    })
    .await
}

fn place(
    storage: &Storage,
    owner: Uuid,
    asset: Uuid,
    options: &RenderOptions,
    rendered: &Rendered,
) -> std::io::Result<PlacedFiles> {
    let generation = new_id();
    let store = |kind: Kind, format: OutputFormat, bytes: &[u8]| {
        let mut draft = storage.draft()?;
        draft.write_all(bytes)?;
        let key = StorageKey::derived(owner, generation, kind, extension(format));
        draft.place(storage, asset, key)
    };
    Ok(PlacedFiles {
        thumbnail: store(
            Kind::Thumbnail,
            options.thumbnail.format,
            &rendered.thumbnail,
        )?,
        preview: store(Kind::Preview, options.preview.format, &rendered.preview)?,
        fullsize: rendered
            .fullsize
            .as_ref()
            .map(|bytes| store(Kind::Fullsize, OutputFormat::Jpeg, bytes))
            .transpose()?,
    })
}
