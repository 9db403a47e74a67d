use std::collections::HashMap;
use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

/// Where the settings come from that were given, by the names of their flags.
#[derive(Debug, Clone, Default)]
pub struct Sources(HashMap<String, String>);

impl Sources {
    /// Of what a command was called with. `typed` is the command line itself; what is not there and not in the environment
    /// stands in the configuration file.
    #[must_use]
    pub fn of(command: &Command, matches: &ArgMatches, typed: &[OsString]) -> Self {
        let source = |argument: &clap::Arg| {
            let long = argument.get_long()?;
            let variable = argument.get_env().unwrap_or_default();
            let said = match matches.value_source(argument.get_id().as_str())? {
                ValueSource::EnvVariable => variable.to_string_lossy().into_owned(),
                ValueSource::CommandLine if is_typed(typed, long) => format!("--{long}"),
                ValueSource::CommandLine => format!("{long} in the configuration file"),
                _ => return None,
            };
            Some((long.to_owned(), said))
        };
        Self(command.get_arguments().filter_map(source).collect())
    }

    /// Where a setting comes from.
    pub(super) fn of_flag(&self, long: &str) -> String {
        self.0
            .get(long)
            .cloned()
            .unwrap_or_else(|| format!("--{long}"))
    }
}

fn is_typed(typed: &[OsString], long: &str) -> bool {
    let is_it = |word: &OsString| {
        let rest = word
            .to_str()
            .and_then(|word| word.strip_prefix("--")?.strip_prefix(long));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    };
    typed.iter().any(is_it)
}
