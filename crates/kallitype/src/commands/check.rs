//! `kallitype check`: whether every original is still what was uploaded.

use std::process::ExitCode;

use crate::commands::{CommandError, block_on};
use crate::config::Settings;
use crate::integrity as library;
use crate::integrity::check::CheckReport;
use kallitype_db::Database;

/// # Errors
/// When the library cannot be read at all.
pub fn run(settings: &Settings) -> Result<ExitCode, CommandError> {
    let report = block_on(check(settings))?;
    for (what, paths) in [
        ("missing", &report.missing),
        ("changed", &report.changed),
        ("untracked", &report.untracked),
        ("not derived", &report.underived),
    ] {
        paths.iter().for_each(|path| println!("{what}: {path}"));
    }
    println!(
        "{} intact, {} missing, {} changed, {} untracked, {} derived files missing; {} in external libraries, for scans to look at",
        report.intact,
        report.missing.len(),
        report.changed.len(),
        report.untracked.len(),
        report.underived.len(),
        report.external
    );
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn check(settings: &Settings) -> Result<CheckReport, CommandError> {
    let database = settings.database();
    if database.is_embedded() && !database.file.exists() {
        return Err(format!("{} does not exist", database.file.display()).into());
    }
    let db = tokio::task::spawn_blocking(move || Database::open(&database)).await??;
    let report = library::check(&db, settings, &|path| tracing::debug!(path, "checking")).await?;
    db.close().await;
    Ok(report)
}
