//! Asks where in an asset's picture faces are.

use kallitype_db::constcat::concat;
use uuid::Uuid;

use crate::app::state::App;
use crate::core::people::{detected, recognize};
use crate::jobs::backlog::Backlog;
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::preview;
use crate::jobs::preview::CAN_BE_SEEN;
use crate::jobs::progress::Progress;
use crate::learning::queries;
use crate::queue::kind::JobKind;
use kallitype_db::Connection;
use kallitype_web::time::now;

pub(crate) struct DetectFaces;

impl Job for DetectFaces {
    const KIND: JobKind = JobKind::DetectFaces;
    const BACKLOG: Option<Backlog> = Some(Backlog {
        reset: Some(reset),
        ..Backlog::of("asset.id", "asset", CAN_BE_SEEN, IS_UNDETECTED)
    });

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        let config = app.config();
        let options = &config.machine_learning;
        if !options.has_facial_recognition() {
            return Ok(());
        }
        let Some(preview) = preview::read(app, subject).await? else {
            return Ok(());
        };
        let found = app.learning.detect_faces(options, preview.bytes).await?;
        let model = options.facial_recognition.model_name.clone();
        app.commit(move |connection| {
            let Some(owner) = preview::lock(connection, subject, &preview.path)? else {
                return Ok(());
            };
            detected::record(connection, (owner, subject), &model, &found, now())?;
            queries::set_detected(connection, subject, &model)
        })
        .await?;
        Ok(())
    }
}

/// What was not looked at, or not by the model that is used now.
const IS_UNDETECTED: &str = concat!(
    CAN_BE_SEEN,
    " AND NOT EXISTS (SELECT 1 FROM face_detection JOIN learning_model ON learning_model.name = face_detection.model \
     WHERE learning_model.task = 'facial-recognition' AND face_detection.asset_id = asset.id)"
);

/// All faces that were recognised are no one's again. Those that are not found again go as their assets are looked at.
fn reset(connection: &mut Connection<'_>) -> kallitype_db::Result<()> {
    recognize::forget_all(connection, now())
}
