use std::time::Duration;

use clap::{ArgAction, Args};

/// How external libraries are kept up to date.
#[derive(Debug, Clone, Args)]
pub struct LibraryOptions {
    /// Whether external libraries are watched for changes, and scanned after some: true or false [default: false]
    #[arg(long, env = "KALLITYPE_LIBRARY_WATCH", action = ArgAction::Set)]
    pub library_watch: Option<bool>,

    /// Seconds after a change in a watched library until it is scanned; further changes in them are seen by the same scan
    #[arg(
        long,
        env = "KALLITYPE_LIBRARY_WATCH_DELAY_SECONDS",
        default_value_t = 5
    )]
    pub library_watch_delay_seconds: u64,
}

impl LibraryOptions {
    #[must_use]
    pub(crate) fn watch_delay(&self) -> Duration {
        Duration::from_secs(self.library_watch_delay_seconds)
    }
}
