use std::net::SocketAddr;

use clap::{ArgAction, Args};

/// How one can see from outside what the server does.
#[derive(Debug, Clone, Args)]
pub struct ObservationOptions {
    /// Whether every request gets a line on standard output when it is answered or cut off
    #[arg(
        long,
        env = "KALLITYPE_ACCESS_LOG",
        action = ArgAction::Set,
        num_args = 0..=1,
        require_equals = true,
        default_value_t = false,
        default_missing_value = "true"
    )]
    pub access_log: bool,

    /// Address and port that give Prometheus its metrics, and nothing else, under /metrics; port 0 takes a free one
    /// [default: none]
    #[arg(long, env = "KALLITYPE_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,

    /// Bytes of what was logged within the last hour that administrators can read in the web app; 0 keeps nothing
    #[arg(long, env = "KALLITYPE_RECENT_LOG_BYTES", default_value_t = 1 << 20)]
    pub recent_log_bytes: usize,

    /// Seconds in which a server that was told to stop still answers, but no longer calls itself ready
    #[arg(long, env = "KALLITYPE_DRAIN_SECONDS", default_value_t = 0)]
    pub drain_seconds: u64,
}
