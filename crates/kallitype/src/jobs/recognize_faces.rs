//! Finds out whose the faces are that were found.

use std::sync::Arc;

use uuid::Uuid;

use crate::app::state::App;
use crate::core::people::recognize;
use crate::core::people::recognize::Rules;
use crate::jobs::backlog;
use crate::jobs::backlog::{Backlog, Extent};
use crate::jobs::error::JobError;
use crate::jobs::job::Job;
use crate::jobs::progress::Progress;
use crate::learning::array::Wanted;
use crate::learning::queries;
use crate::learning::vectors::VectorKind;
use crate::queue::kind::JobKind;
use kallitype_db::Connection;
use kallitype_web::time::{DAY, now};

/// How many faces that are alike are looked at. A person is among the nearest of them, or these are no one's.
const MAX_ALIKE: usize = 10_000;

pub(crate) struct RecognizeFace;

impl Job for RecognizeFace {
    const KIND: JobKind = JobKind::RecognizeFace;
    const BACKLOG: Option<Backlog> = Some(Backlog {
        reset: Some(reset),
        ..Backlog::of(
            "asset_face.id",
            "asset_face JOIN face_vector ON face_vector.face_id = asset_face.id",
            IS_NO_ONES,
            IS_NO_ONES,
        )
    });

    async fn run(app: &App, subject: Uuid, _: &Progress) -> Result<(), JobError> {
        let config = app.config();
        if !config.machine_learning.has_facial_recognition() {
            return Ok(());
        }
        let options = &config.machine_learning.facial_recognition;
        let rules = Rules {
            model: options.model_name.clone(),
            min_faces: options.min_faces as usize,
        };
        let model = rules.model.clone();
        let find = move |connection: &mut Connection<'_>| {
            recognize::find_unknown(connection, subject, &model)
        };
        let Some(face) = app.db.read(find).await? else {
            return Ok(());
        };
        let wanted = Wanted {
            limit: MAX_ALIKE,
            after: None,
            max_distance: options.max_distance as f32,
            among: None,
        };
        let vectors = (VectorKind::Face, rules.model.as_str());
        let query = Arc::new(face.vector()?);
        let owners = [face.owner_id];
        let known = &app.learning.vectors;
        let alike = known
            .nearest(&app.db, vectors, &owners, &query, &wanted)
            .await?;
        let alike: Vec<Uuid> = alike.into_iter().map(|near| near.id).collect();
        app.commit(move |connection| {
            recognize::recognize(connection, subject, &alike, &rules, now())
        })
        .await?;
        Ok(())
    }
}

/// Faces that were recognised to be no one's so far, of which the user said nothing.
const IS_NO_ONES: &str = "asset_face.source = 'machine-learning' AND asset_face.person_id IS NULL \
    AND asset_face.is_decided = FALSE AND asset_face.deleted_at IS NULL";

fn reset(connection: &mut Connection<'_>) -> kallitype_db::Result<()> {
    recognize::forget_all(connection, now())
}

/// How long it may be since the last night, if the server did not run in the one before.
const RECENT: i64 = 2 * DAY;

/// Tries the faces again that are no one's: meanwhile others like them may have been found.
pub(crate) struct RetryFaces;

impl Job for RetryFaces {
    const KIND: JobKind = JobKind::RetryFaces;

    async fn run(app: &App, _: Uuid, _: &Progress) -> Result<(), JobError> {
        if !app.config().machine_learning.has_facial_recognition() {
            return Ok(());
        }
        let since = now().saturating_sub(RECENT);
        app.commit(
            move |connection| match queries::were_faces_found(connection, since)? {
                true => backlog::enqueue_many(connection, JobKind::RecognizeFace, Extent::Missing),
                false => Ok(()),
            },
        )
        .await?;
        Ok(())
    }
}
