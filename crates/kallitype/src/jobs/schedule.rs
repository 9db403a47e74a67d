//! What is done again and again.

use std::time::Duration;

use super::{JobKind, queries};
use crate::http::state::App;
use crate::http::time::now;

/// Has the library kept tidy, as long as the process lives.
pub async fn keep_house(app: App) {
    let settings = &app.settings;
    tokio::join!(
        repeat(&app, JobKind::EmptyTrash, settings.trash_interval_seconds),
        repeat(
            &app,
            JobKind::CleanUpNotifications,
            settings.notification_interval_seconds
        ),
    );
}

async fn repeat(app: &App, kind: JobKind, interval_seconds: u64) {
    let mut ticks = tokio::time::interval(Duration::from_secs(interval_seconds.max(1)));
    loop {
        ticks.tick().await;
        let scheduled = app
            .db
            .write(move |connection| queries::schedule(connection, kind, kind.priority(), now()))
            .await;
        match scheduled {
            Ok(()) => app.bell.ring(),
            Err(error) => {
                tracing::error!(kind = kind.name(), %error, "a job could not be scheduled")
            }
        }
    }
}
