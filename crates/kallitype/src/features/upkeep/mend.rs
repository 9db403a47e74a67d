//! `POST /kallitype/integrity/mend`: has files made again that a check found gone, and that are made of originals.
//! Kallitype's own.

use axum::Json;
use axum::extract::State;

use super::dto::MendedDto;
use crate::app::state::App;
use crate::queue;
use kallitype_web::error::{ApiError, Result};

pub(crate) async fn mend(State(app): State<App>) -> Result<Json<MendedDto>> {
    let report = app.checkup.report();
    let work = report.map_or_else(Vec::new, |report| report.mendable);
    let begun = work.clone();
    app.commit(move |connection| {
        for mend in &work {
            queue::enqueue_by_hand(connection, mend.kind, mend.subject)?;
        }
        Ok::<_, ApiError>(())
    })
    .await?;
    app.checkup.forget_mendable(&begun);
    Ok(Json(MendedDto { begun: begun.len() }))
}
