//! Asks what an asset shows, for searches and to find duplicates.

use kallitype_db::constcat::concat;
use uuid::Uuid;

use crate::app::state::App;
use crate::core::duplicates;
use crate::jobs::backlog::Backlog;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::preview;
use crate::jobs::preview::CAN_BE_SEEN;
use crate::jobs::progress::Progress;
use crate::learning::queries;
use crate::learning::vector::Vector;
use crate::queue::kind::JobKind;
use kallitype_db::Connection;

pub(crate) struct EncodeAsset;

impl Job for EncodeAsset {
    const KIND: JobKind = JobKind::EncodeAsset;
    const BACKLOG: Option<Backlog> = Some(Backlog {
        reset: Some(queries::delete_asset_vectors),
        ..Backlog::of("asset.id", "asset", CAN_BE_SEEN, IS_UNSEEN)
    });

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        let config = app.config();
        let options = &config.machine_learning;
        if !options.has_smart_search() {
            return Ok(());
        }
        let Some(preview) = preview::read(app, subject).await? else {
            return Ok(());
        };
        let vector = app.learning.encode_picture(options, preview.bytes).await?;
        let model = options.clip.model_name.clone();
        let compares = options.duplicate_distance().is_some();
        app.commit(move |connection| {
            if preview::lock(connection, subject, &preview.path)?.is_none() {
                return Ok(());
            }
            require_length(connection, &model, &vector)?;
            queries::set_asset_vector(connection, subject, &model, &vector)?;
            if compares {
                duplicates::request_again(connection, subject)?;
            }
            Ok(())
        })
        .await
    }
}

/// What was not asked about, or another model was.
const IS_UNSEEN: &str = concat!(
    CAN_BE_SEEN,
    " AND NOT EXISTS (SELECT 1 FROM asset_vector JOIN learning_model ON learning_model.name = asset_vector.model \
     WHERE learning_model.task = 'smart-search' AND asset_vector.asset_id = asset.id)"
);

/// Vectors of several lengths cannot be compared. One service may have another model under the same name.
fn require_length(
    connection: &mut Connection<'_>,
    model: &str,
    vector: &Vector,
) -> Result<(), JobError> {
    let length = vector.numbers().len() as i64;
    match queries::find_dimensions(connection, model)? {
        Some(known) if known != length => Err(JobError::Permanent(format!(
            "{model} answered {length} numbers, before it was {known}; if this is right, start smartSearch for all"
        ))),
        _ => Ok(()),
    }
}
