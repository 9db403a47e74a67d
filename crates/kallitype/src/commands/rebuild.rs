//! `kallitype rebuild`: a lost database, made again.

use std::process::ExitCode;

use crate::commands::{CommandError, block_on};
use crate::config::Settings;
use crate::integrity;

/// # Errors
/// When there is nothing to rebuild from, or a database that would be overwritten.
pub fn run(settings: &Settings) -> Result<ExitCode, CommandError> {
    let report = block_on(async { Ok(integrity::rebuild(settings).await?) })?;
    report
        .missing
        .iter()
        .for_each(|path| println!("without original: {path}"));
    report
        .lost
        .iter()
        .for_each(|what| println!("passed over: {what}"));
    println!(
        "{} accounts, {} assets and {} albums are back, {} assets without their original are not",
        report.accounts,
        report.assets,
        report.albums,
        report.missing.len()
    );
    Ok(ExitCode::SUCCESS)
}
