use std::ffi::OsString;
use std::path::Path;

use clap::Command;

/// What is wrong with the configuration file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        path: String,
        source: std::io::Error,
    },
    #[error("{path}: {source}")]
    Invalid {
        path: String,
        source: toml::de::Error,
    },
    #[error("{path}: there is no setting `{name}`")]
    Unknown { path: String, name: String },
    #[error("{path}: `{name}` must be a string, a number, a boolean or a list of those")]
    Kind { path: String, name: String },
}

/// Puts the settings of the configuration file before the command line's own, which therefore win.
///
/// The file is `KALLITYPE_CONFIG`, else `kallitype.toml` in the working folder if there is one. A setting that an
/// environment variable gives is left to it. Commands without settings are left alone.
///
/// # Errors
/// When the file cannot be read or holds something that is no setting.
pub fn with_file(
    command: &Command,
    arguments: Vec<OsString>,
) -> Result<Vec<OsString>, ConfigError> {
    let chosen = std::env::var_os("KALLITYPE_CONFIG");
    let path = chosen.clone().unwrap_or_else(|| "kallitype.toml".into());
    let Some(position) = arguments
        .iter()
        .position(|argument| command.find_subcommand(argument).is_some())
    else {
        return Ok(arguments);
    };
    let Some(subcommand) = command.find_subcommand(&arguments[position]) else {
        return Ok(arguments);
    };
    if !has_settings(subcommand) || (chosen.is_none() && !Path::new(&path).exists()) {
        return Ok(arguments);
    }
    let (mut all, own) = (arguments[..=position].to_vec(), &arguments[position + 1..]);
    all.extend(read(Path::new(&path), subcommand)?);
    all.extend_from_slice(own);
    Ok(all)
}

fn has_settings(command: &Command) -> bool {
    command
        .get_arguments()
        .any(|argument| argument.get_long() == Some("database-url"))
}

fn read(path: &Path, command: &Command) -> Result<Vec<OsString>, ConfigError> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: shown.clone(),
        source,
    })?;
    arguments_of(&text, shown, command)
}

/// The settings that a file holds, as arguments of a command. `shown` is what the file is called.
pub(crate) fn arguments_of(
    text: &str,
    shown: String,
    command: &Command,
) -> Result<Vec<OsString>, ConfigError> {
    let table: toml::Table = text.parse().map_err(|source| ConfigError::Invalid {
        path: shown.clone(),
        source,
    })?;
    let mut arguments = Vec::new();
    for (name, value) in table {
        let long = name.replace('_', "-");
        let known = command
            .get_arguments()
            .find(|argument| argument.get_long() == Some(&long));
        let Some(known) = known else {
            return Err(ConfigError::Unknown { path: shown, name });
        };
        let Some(text) = plain(&value) else {
            return Err(ConfigError::Kind { path: shown, name });
        };
        if known
            .get_env()
            .is_none_or(|variable| std::env::var_os(variable).is_none())
        {
            arguments.push(format!("--{long}={text}").into());
        }
    }
    Ok(arguments)
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(value) => Some(value.to_string()),
        toml::Value::Array(list) => list
            .iter()
            .map(plain)
            .collect::<Option<Vec<_>>>()
            .map(|list| list.join(",")),
        _ => None,
    }
}
