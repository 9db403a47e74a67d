//! `POST /kallitype/integrity/start` and `/stop`: has this server read every original again, beside its other work.
//! Kallitype's own.

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;
use tokio_util::sync::CancellationToken;

use crate::app::checkup::Course;
use crate::app::state::App;
use crate::integrity::check::{Check, CheckError};
use crate::integrity::queries;
use kallitype_web::error::{ApiError, Result};

pub(crate) async fn start(State(app): State<App>) -> Result<StatusCode> {
    let total = app.db.read(queries::count_originals).await?;
    let stop = app
        .checkup
        .begin(total)
        .ok_or_else(|| ApiError::bad_request("A check is under way already"))?;
    tokio::spawn(check(app, stop));
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn stop(State(app): State<App>) -> StatusCode {
    app.checkup.stop();
    StatusCode::NO_CONTENT
}

async fn check(app: App, stop: CancellationToken) {
    let listener = app.clone();
    let check = Check {
        db: app.db.clone(),
        media: app.settings.media().to_owned(),
        listener: Arc::new(move |finding| listener.checkup.note(finding)),
        stop,
    };
    app.checkup.end(match check.run().await {
        Ok(()) => Course::Done,
        Err(CheckError::Stopped) => Course::Stopped,
        Err(error) => {
            tracing::error!(%error, "the library could not be checked");
            Course::Failed
        }
    });
}
