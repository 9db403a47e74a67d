use clap::Args;

/// What apps synchronise.
#[derive(Debug, Clone, Args)]
pub struct SyncOptions {
    /// Days an app may be away before it has to begin anew; what is gone is remembered for one day more
    #[arg(long, env = "KALLITYPE_SYNC_DAYS", default_value_t = 30)]
    pub sync_days: u32,

    /// Seconds between two looks for what has been gone for so long
    #[arg(long, env = "KALLITYPE_SYNC_INTERVAL_SECONDS", default_value_t = 3600)]
    pub sync_interval_seconds: u64,
}
