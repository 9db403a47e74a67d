//! The command line.

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use kallitype::commands::{self, CommandError};
use kallitype::config;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A photo and video library server that speaks Immich's HTTP API
#[derive(Parser)]
#[command(name = "kallitype", version, args_override_self = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    #[command(args_override_self = true)]
    Serve(Box<config::Settings>),
    /// Print the OpenAPI document
    Openapi(commands::openapi::Options),
    /// Upload photos and videos to a server, skipping what it has
    Upload(Box<kallitype_client::upload::UploadOptions>),
    /// Manage accounts on the server's machine
    #[command(subcommand)]
    Admin(commands::admin::Command),
    /// Read every original again and compare it with its checksum; exit code 1 when something is wrong
    #[command(args_override_self = true)]
    Check(Box<config::Settings>),
    /// Make a lost database again from the media and the journal beside them
    #[command(args_override_self = true)]
    Rebuild(Box<config::Settings>),
    /// Put a snapshot, taken before a migration, in the place of the embedded database
    #[command(args_override_self = true)]
    RestoreSnapshot(Box<commands::restore_snapshot::Options>),
    /// Work on pictures for a server, confined
    #[command(hide = true)]
    MediaWorker,
    /// Become a program that works on videos for a server, confined
    #[command(hide = true)]
    MediaLauncher {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<std::ffi::OsString>,
    },
}

fn main() -> ExitCode {
    match arguments().and_then(run) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kallitype: {error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments, CommandError> {
    let command = Arguments::command();
    let typed: Vec<_> = std::env::args_os().collect();
    let all = config::with_file(&command, typed.clone())?;
    let matches = command.clone().get_matches_from(all);
    let mut arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    if let (Command::Serve(settings), Some((name, matches))) =
        (&mut arguments.command, matches.subcommand())
        && let Some(command) = command.find_subcommand(name)
    {
        settings.sources = config::Sources::of(command, matches, &typed);
    }
    Ok(arguments)
}

fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    match arguments.command {
        Command::Serve(settings) => commands::serve::run(*settings),
        Command::Openapi(options) => commands::openapi::run(&options),
        Command::Upload(options) => commands::upload::run(*options),
        Command::Admin(command) => commands::admin::run(command),
        Command::Check(settings) => commands::check::run(&settings),
        Command::Rebuild(settings) => commands::rebuild::run(&settings),
        Command::RestoreSnapshot(options) => commands::restore_snapshot::run(&options),
        Command::MediaWorker => Ok(kallitype_media::run_worker()),
        Command::MediaLauncher { words } => Ok(kallitype_media::run_launcher(&words)),
    }
}
