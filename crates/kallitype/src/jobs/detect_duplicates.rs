//! Looks for the same picture in other files, once a picture has its thumbnail.

use std::sync::Arc;

use uuid::Uuid;

use crate::app::state::App;
use crate::core::duplicates;
use crate::core::duplicates::queries::Awaited;
use crate::jobs::backlog::Backlog;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::learning::array::Wanted;
use crate::learning::queries::{find_asset_vector, list_asset_vectors};
use crate::learning::vectors::VectorKind;
use crate::queue::kind::JobKind;
use kallitype_db as db;
use kallitype_media::{Fingerprint, RenderOptions};
use kallitype_storage::StorageKey;
use kallitype_web::time::now;

pub(crate) struct DetectDuplicates;

impl Job for DetectDuplicates {
    const KIND: JobKind = JobKind::DetectDuplicates;
    const BACKLOG: Option<Backlog> = Some(Backlog::of(
        "asset.id",
        "asset LEFT JOIN asset_fingerprint print ON print.asset_id = asset.id",
        CAN_BE_COMPARED,
        IS_AWAITED,
    ));

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        let find = move |connection: &mut db::Connection<'_>| {
            duplicates::queries::find_awaited(connection, subject)
        };
        let Some(Awaited {
            thumbnail_path: Some(thumbnail),
            has_fingerprint,
        }) = app.db.read(find).await?
        else {
            return Ok(());
        };
        let made = match has_fingerprint {
            true => None,
            false => Some(fingerprint(app, &thumbnail).await?),
        };
        let near = find_near(app, subject).await?;
        app.commit(move |connection| {
            if let Some(made) = &made {
                keep(connection, subject, &thumbnail, made.as_ref())?;
            }
            duplicates::detect(connection, subject, &near, now())
        })
        .await?;
        Ok(())
    }
}

/// What can be compared.
const CAN_BE_COMPARED: &str = "asset.thumbnail_path IS NOT NULL AND asset.deleted_at IS NULL \
    AND asset.visibility IN ('timeline', 'archive') AND asset.stack_id IS NULL";

/// What of it was not.
const IS_AWAITED: &str = "asset.thumbnail_path IS NOT NULL AND asset.deleted_at IS NULL \
    AND asset.visibility IN ('timeline', 'archive') AND asset.stack_id IS NULL \
    AND COALESCE(print.is_compared, FALSE) = FALSE";

/// How many assets that show much the same are looked at.
const MAX_NEAR: usize = 100;

/// How much nearer what is in memory may be than what is kept says.
const SLACK: f32 = 0.01;

/// The assets of the same owner's of which a model says that they show the same, if one is asked.
async fn find_near(app: &App, id: Uuid) -> Result<Vec<Uuid>, JobError> {
    let config = app.config();
    let options = &config.machine_learning;
    let Some(max_distance) = options.duplicate_distance() else {
        return Ok(Vec::new());
    };
    let max_distance = max_distance as f32;
    let model = options.clip.model_name.clone();
    let find = move |connection: &mut db::Connection<'_>| {
        let owner = duplicates::queries::find_owner(connection, id)?;
        Ok::<_, db::DatabaseError>(owner.zip(find_asset_vector(connection, id, &model)?))
    };
    let Some((owner, vector)) = app.db.read_consistent(find).await? else {
        return Ok(Vec::new());
    };
    let (vector, model) = (Arc::new(vector), options.clip.model_name.clone());
    let wanted = Wanted {
        limit: MAX_NEAR,
        after: None,
        max_distance: max_distance + SLACK,
        among: None,
    };
    let vectors = &app.learning.vectors;
    let kind = (VectorKind::Asset, model.as_str());
    let near = vectors
        .nearest(&app.db, kind, &[owner], &vector, &wanted)
        .await?;
    let near: Vec<Uuid> = near.into_iter().map(|near| near.id).collect();
    let list =
        move |connection: &mut db::Connection<'_>| list_asset_vectors(connection, &near, &model);
    let kept = app.db.read(list).await?.into_iter();
    let same = kept.filter(|(_, other)| vector.distance(other) <= max_distance);
    Ok(same.map(|(id, _)| id).collect())
}

/// That of a picture which has had its thumbnail since before there were fingerprints.
async fn fingerprint(app: &App, thumbnail: &str) -> Result<Option<Fingerprint>, JobError> {
    let key = StorageKey::parse(thumbnail)
        .ok_or_else(|| JobError::Permanent("the path is no key".into()))?;
    let file = app.open_file(key).await?;
    let extension = thumbnail.rsplit('.').next().unwrap_or_default();
    // What is drawn beside it is of no use.
    let options = RenderOptions {
        thumbnail_size: app.config().image.thumbnail.size,
        preview_size: 1,
        pixel_limit: app.settings.media_max_pixels,
        ..RenderOptions::default()
    };
    let rendered = app.media.render(file, extension, options).await?;
    Ok(rendered.fingerprint)
}

/// Records it, unless the picture got another thumbnail meanwhile: that comes with a fingerprint.
fn keep(
    connection: &mut db::Connection<'_>,
    id: Uuid,
    thumbnail: &str,
    fingerprint: Option<&Fingerprint>,
) -> db::Result<()> {
    connection.lock("asset", id)?;
    let present = duplicates::queries::find_awaited(connection, id)?;
    let is_same = present.is_some_and(|asset| asset.thumbnail_path.as_deref() == Some(thumbnail));
    match is_same {
        true => duplicates::queries::set_fingerprint(connection, id, fingerprint),
        false => Ok(()),
    }
}
