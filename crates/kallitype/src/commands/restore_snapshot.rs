//! `kallitype restore-snapshot`: back to how the embedded database was before a migration.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::commands::CommandError;
use crate::config::Settings;
use kallitype_db::{list_snapshots, restore_snapshot};
use kallitype_storage::Lock;

/// Which snapshot.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    settings: Settings,
    /// The snapshot's file [default: the newest]
    #[arg(long)]
    snapshot: Option<PathBuf>,
}

/// # Errors
/// When there is no snapshot, or a server is running on the data.
pub fn run(options: &Options) -> Result<ExitCode, CommandError> {
    let database = options.settings.database();
    let lock = Lock::take_soon(&options.settings.data.join("kallitype.lock"))?;
    let Some(_lock) = lock else {
        return Err("the server is running: stop it first".into());
    };
    let newest = || list_snapshots(&database.snapshots).map(|mut all| all.pop());
    let snapshot = match &options.snapshot {
        Some(chosen) => Some(chosen.clone()),
        None => newest()?,
    };
    let snapshot =
        snapshot.ok_or_else(|| format!("{} holds no snapshot", database.snapshots.display()))?;
    let kept = restore_snapshot(&snapshot, &database.file)?;
    println!(
        "{} is back; the database as it was is kept as {}",
        snapshot.display(),
        kept.display()
    );
    Ok(ExitCode::SUCCESS)
}
