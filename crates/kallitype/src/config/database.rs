use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use kallitype_db::DatabaseSettings;

/// Where the database is, how much of it is used at once, and how long anyone waits for it.
#[derive(Debug, Clone, Args)]
pub struct DatabaseOptions {
    /// `sqlite` for the embedded database in the data folder, or postgres://user:password@host/name?sslmode=verify-full
    #[arg(
        long = "database-url",
        env = "KALLITYPE_DATABASE_URL",
        default_value = "sqlite",
        hide_env_values = true
    )]
    pub url: String,

    /// A file that holds the password for PostgreSQL, which then does not stand in the address
    #[arg(
        long = "database-password-file",
        env = "KALLITYPE_DATABASE_PASSWORD_FILE"
    )]
    pub password_file: Option<PathBuf>,

    /// Connections to PostgreSQL that may be open at once
    #[arg(
        long = "database-connections",
        env = "KALLITYPE_DATABASE_CONNECTIONS",
        default_value_t = DatabaseSettings::default().max_connections
    )]
    pub connections: usize,

    /// Long reads of the database at once, such as those of a whole list; more wait
    #[arg(
        long = "database-scans",
        env = "KALLITYPE_DATABASE_SCANS",
        default_value_t = DatabaseSettings::default().max_scans
    )]
    pub scans: usize,

    /// Seconds in which PostgreSQL has to take a connection
    #[arg(
        long = "database-connect-timeout-seconds",
        env = "KALLITYPE_DATABASE_CONNECT_TIMEOUT_SECONDS",
        default_value_t = DatabaseSettings::default().connect_timeout.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    pub connect_timeout_seconds: u64,

    /// Seconds to wait while all connections, or long reads, are in use
    #[arg(
        long = "database-acquire-timeout-seconds",
        env = "KALLITYPE_DATABASE_ACQUIRE_TIMEOUT_SECONDS",
        default_value_t = DatabaseSettings::default().acquire_timeout.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    pub acquire_timeout_seconds: u64,

    /// Seconds that PostgreSQL may take for one statement of a request or a job; 0 for no limit. What reads or changes a
    /// whole library may always take longer
    #[arg(
        long = "database-statement-timeout-seconds",
        env = "KALLITYPE_DATABASE_STATEMENT_TIMEOUT_SECONDS",
        default_value_t = DatabaseSettings::default().statement_timeout.as_secs(),
        value_parser = clap::value_parser!(u64).range(0..=86_400)
    )]
    pub statement_timeout_seconds: u64,

    /// Seconds between two looks at which tables the embedded database should know anew
    #[arg(
        long = "database-optimize-interval-seconds",
        env = "KALLITYPE_DATABASE_OPTIMIZE_INTERVAL_SECONDS",
        default_value_t = 3600,
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    pub optimize_interval_seconds: u64,
}

impl DatabaseOptions {
    /// The same for the crate of the database, with its files in a folder.
    pub(crate) fn settings(&self, folder: &std::path::Path) -> DatabaseSettings {
        DatabaseSettings {
            url: self.url.clone(),
            file: folder.join("kallitype.sqlite"),
            snapshots: folder.join("snapshots"),
            password_file: self.password_file.clone(),
            max_connections: self.connections,
            max_scans: self.scans,
            connect_timeout: Duration::from_secs(self.connect_timeout_seconds),
            acquire_timeout: Duration::from_secs(self.acquire_timeout_seconds),
            statement_timeout: Duration::from_secs(self.statement_timeout_seconds),
        }
    }
}
