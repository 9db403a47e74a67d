//! `kallitype upload`: photos and videos from this machine to a server.

use std::process::ExitCode;

use crate::commands::{CommandError, block_on};
use kallitype_client::upload;
use kallitype_client::upload::UploadOptions;

/// # Errors
/// When the server cannot be reached or does not take the key.
pub fn run(options: UploadOptions) -> Result<ExitCode, CommandError> {
    let report = block_on(async { Ok(upload::run(options).await?) })?;
    report
        .failed
        .iter()
        .for_each(|(path, reason)| eprintln!("{}: {reason}", path.display()));
    println!(
        "{} uploaded ({} bytes), {} there already, {} failed",
        report.uploaded,
        report.bytes,
        report.duplicates,
        report.failed.len()
    );
    Ok(if report.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
