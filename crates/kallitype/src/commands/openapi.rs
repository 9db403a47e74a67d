//! `kallitype openapi`: the description of the API, made from the code.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use crate::commands::CommandError;
use crate::server::router::describe_api;
use kallitype_web::openapi::VERSIONS;

/// What to print.
#[derive(Debug, Args)]
pub struct Options {
    /// The version of the API to describe
    #[arg(long, default_value = "2.0", value_parser = clap::builder::PossibleValuesParser::new(VERSIONS))]
    api: String,
}

/// # Errors
/// When standard output cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, CommandError> {
    tracing::debug!(version = options.api, "describing the API");
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &describe_api()?)?;
    writeln!(out)?;
    Ok(ExitCode::SUCCESS)
}
