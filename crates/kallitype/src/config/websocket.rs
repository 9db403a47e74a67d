use std::time::Duration;

use clap::Args;

/// How many apps are told at once what happens, and for how long one is waited for.
#[derive(Debug, Clone, Args)]
pub struct WebsocketOptions {
    /// Websockets at once, by which apps are told what happens; they count as connections, too
    #[arg(long, env = "KALLITYPE_MAX_WEBSOCKETS", default_value_t = 256)]
    pub max_websockets: usize,

    /// Websockets at once of one user
    #[arg(long, env = "KALLITYPE_MAX_WEBSOCKETS_PER_USER", default_value_t = 32)]
    pub max_websockets_per_user: usize,

    /// Seconds between two looks whether a websocket's app is still there, and may still have it
    #[arg(long, env = "KALLITYPE_WEBSOCKET_PING_SECONDS", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..))]
    pub websocket_ping_seconds: u64,

    /// Seconds that an app may take to say so, or to take what it is sent
    #[arg(long, env = "KALLITYPE_WEBSOCKET_TIMEOUT_SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    pub websocket_timeout_seconds: u64,
}

impl WebsocketOptions {
    #[must_use]
    pub(crate) fn ping_interval(&self) -> Duration {
        Duration::from_secs(self.websocket_ping_seconds)
    }

    #[must_use]
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.websocket_timeout_seconds)
    }
}
