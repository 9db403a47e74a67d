use tracing::Instrument;
use uuid::Uuid;

use crate::app::state::App;
use crate::core::sessions::queries;
use kallitype_web::time::{HOUR, now};

/// How often it is noted that a session is in use, in microseconds.
pub(crate) const SESSION_TOUCH_INTERVAL: i64 = HOUR;

/// Notes that a session is in use; no request waits for it.
pub(crate) fn touch_session(app: &App, id: Uuid) {
    let app = app.clone();
    let touching = async move {
        if let Err(error) = app
            .db
            .write(move |connection| queries::touch_session(connection, id, now()))
            .await
        {
            tracing::warn!(%error, "a session's use could not be noted");
        }
    };
    tokio::spawn(touching.in_current_span());
}
