//! Gives an asset's original, its sidecar and its moving part the place that the storage template has for them.

use std::sync::Arc;

use uuid::Uuid;

use crate::app::state::App;
use crate::config::SystemConfigDto;
use crate::config::system::storage_template::StorageTemplate;
use crate::core::originals;
use crate::core::originals::Movable;
use crate::core::originals::queries::record_paths;
use crate::core::originals::relocation::{CopyPolicy, Relocated, relocate};
use crate::jobs::backlog::Backlog;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::queue::enqueue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, DatabaseError, Result};
use kallitype_storage::StorageKey;
use kallitype_web::time::now;

pub(crate) struct ApplyStorageTemplate;

impl Job for ApplyStorageTemplate {
    const KIND: JobKind = JobKind::ApplyStorageTemplate;
    const BACKLOG: Option<Backlog> = Some(Backlog::assets(
        "asset.library_id IS NULL",
        "asset.library_id IS NULL",
    ));

    async fn run(app: &App, subject: Uuid, _: &Progress) -> std::result::Result<(), JobError> {
        run(app, subject).await
    }
}

/// Has it done for an asset whose facts have changed, if there is a template.
///
/// # Errors
/// When the database fails.
pub(crate) fn request(
    connection: &mut Connection<'_>,
    config: &SystemConfigDto,
    asset: Uuid,
) -> Result<()> {
    match config.storage_template.enabled {
        true => enqueue(connection, JobKind::ApplyStorageTemplate, asset),
        false => Ok(()),
    }
}

async fn run(app: &App, id: Uuid) -> std::result::Result<(), JobError> {
    let config = app.config().storage_template.clone();
    if !config.enabled {
        return Ok(());
    }
    let template = StorageTemplate::parse(&config.template)
        .map_err(|error| JobError::Permanent(format!("the storage template is none: {error}")))?;
    let template = Arc::new(template);
    let known = template.clone();
    let movable = app
        .db
        .read_consistent(move |connection| originals::find(connection, id, &known))
        .await?;
    let policy = CopyPolicy {
        verifies: config.hash_verification_enabled,
        keep_free: app.settings.min_free_bytes,
    };
    for original in movable {
        place(app, &template, original, policy).await?;
    }
    Ok(())
}

/// Moves one original, unless it is where it belongs.
async fn place(
    app: &App,
    template: &StorageTemplate,
    movable: Movable,
    policy: CopyPolicy,
) -> std::result::Result<(), JobError> {
    let names = movable
        .names(template)
        .map_err(|error| JobError::Permanent(error.to_string()))?;
    if names.key(0).is_none() {
        return Err(JobError::Permanent(
            "the path that the storage template makes is too long".into(),
        ));
    }
    let asset = movable.asset;
    let present = StorageKey::parse(&asset.original_path);
    if present.is_none_or(|present| names.hold(&present)) {
        return Ok(());
    }
    let (id, storage) = (asset.id, app.storage.clone());
    let relocating = app.work_on_files(move || relocate(&storage, &asset, &names, policy));
    let relocated = relocating
        .await
        .map_err(|error| JobError::Temporary(error.to_string()))??;
    let Relocated {
        files,
        twins,
        old,
        new,
    } = relocated;
    let record = move |connection: &mut Connection<'_>| {
        let is_sound = || Relocated::are_unchanged(&twins);
        record_paths(connection, id, (&old, &new), is_sound, now())
    };
    let is_recorded = |is_recorded: &bool| *is_recorded;
    let recorded = app.commit_files::<_, DatabaseError, _>(files, record, is_recorded);
    match recorded.await? {
        true => Ok(()),
        false => Err(JobError::Changed("the asset has changed meanwhile".into())),
    }
}
