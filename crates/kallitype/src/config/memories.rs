use clap::{ArgAction, Args};

/// What is remembered of earlier years.
#[derive(Debug, Clone, Args)]
pub struct MemoryOptions {
    /// Whether the server makes memories of what was photographed on the same day of earlier years: true or
    /// false [default: true]
    #[arg(long, env = "KALLITYPE_GENERATE_MEMORIES", action = ArgAction::Set)]
    pub generate_memories: Option<bool>,

    /// Days a memory that no one has saved is kept; 0 keeps it for ever
    #[arg(long, env = "KALLITYPE_MEMORY_DAYS", default_value_t = 30)]
    pub memory_days: u32,

    /// Seconds between two looks for memories to be made, and for such that were kept long enough
    #[arg(
        long,
        env = "KALLITYPE_MEMORY_INTERVAL_SECONDS",
        default_value_t = 3600
    )]
    pub memory_interval_seconds: u64,
}
