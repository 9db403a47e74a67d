//! Hears what other processes tell over PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use crate::connection::Channel;
use crate::connector::Connector;
use crate::postgres::Postgres;
use crate::{DatabaseError, Result};

/// How long to wait before a lost connection is made again.
const PAUSE: Duration = Duration::from_secs(1);

/// Starts a thread that calls `heard` with what is told on a channel, and with nothing when something may have been
/// missed, for as long as `is_wanted` says so. A connection that is lost is made again.
///
/// # Errors
/// When there is no thread for it.
pub(crate) fn start(
    connector: Arc<Connector>,
    channel: Channel,
    heard: impl Fn(Option<&str>) + Send + 'static,
    is_wanted: impl Fn() -> bool + Send + 'static,
) -> Result<()> {
    let listen = move || {
        while is_wanted() {
            if let Err(error) = Postgres::hear(&connector, channel, &heard, &is_wanted) {
                tracing::warn!(%error, channel, "other servers cannot be heard; trying again");
            }
            std::thread::sleep(PAUSE);
        }
    };
    std::thread::Builder::new()
        .name("database-listener".into())
        .spawn(listen)
        .map(drop)
        .map_err(|error| DatabaseError::Unavailable(format!("no thread for the database: {error}")))
}
