//! What was made by other models than are used now is made again.

use tokio::task::JoinSet;

use crate::app::state::App;
use crate::jobs::backlog;
use crate::jobs::backlog::Extent;
use crate::learning::queries;
use crate::learning::queries::Task;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result};

/// Notes which models are used, and has everything looked at that these did not see.
///
/// # Errors
/// When the database fails.
pub(crate) async fn adopt_models(app: &App) -> Result<()> {
    let config = app.config();
    let options = &config.machine_learning;
    let smart_search = options
        .has_smart_search()
        .then(|| options.clip.model_name.clone());
    let facial_recognition = options
        .has_facial_recognition()
        .then(|| options.facial_recognition.model_name.clone());
    app.commit(move |connection| {
        let smart_search = smart_search.as_deref();
        adopt(
            connection,
            Task::SmartSearch,
            smart_search,
            JobKind::EncodeAsset,
        )?;
        let faces = facial_recognition.as_deref();
        adopt(
            connection,
            Task::FacialRecognition,
            faces,
            JobKind::DetectFaces,
        )
    })
    .await
}

/// Does so whenever the settings change, until the set is dropped.
#[must_use]
pub(crate) fn follow(app: &App) -> JoinSet<()> {
    let (app, mut changes) = (app.clone(), app.live_config.subscribe());
    let mut following = JoinSet::new();
    following.spawn(async move {
        while changes.changed().await.is_ok() {
            if let Err(error) = adopt_models(&app).await {
                tracing::error!(%error, "other models are only used after the next change, or the next start");
            }
        }
    });
    following
}

fn adopt(
    connection: &mut Connection<'_>,
    task: Task,
    model: Option<&str>,
    work: JobKind,
) -> Result<()> {
    match queries::adopt_model(connection, task, model)? && model.is_some() {
        true => backlog::enqueue_many(connection, work, Extent::Missing),
        false => Ok(()),
    }
}
