use std::ffi::OsString;

use clap::{CommandFactory, Parser};

use crate::config::Settings;
use crate::config::file::arguments_of;
use crate::fuzzing::Command;
use kallitype_web::client::Proxies;
use kallitype_web::network::Network;

/// The configuration file, and the values of settings. Each line is also read as a network.
pub fn config(bytes: &[u8]) {
    let text = &String::from_utf8_lossy(bytes);
    text.lines().for_each(check_network);
    let command = Command::command();
    let Ok(arguments) = arguments_of(text, "fuzzed.toml".into(), &command) else {
        return;
    };
    let is_setting = |argument: &OsString| argument.to_str().unwrap().starts_with("--");
    assert!(arguments.iter().all(is_setting));
    assert!(arguments.len() <= text.lines().count());
    let all = [vec!["fuzzing".into()], arguments].concat();
    if let Ok(Command { settings }) = Command::try_parse_from(all) {
        check_settings(&settings);
    }
}

/// A network holds the address it is written with, in either dress.
fn check_network(text: &str) {
    let Ok(network) = text.parse::<Network>() else {
        return;
    };
    let written = text.split('/').next().unwrap().trim();
    let address = crate::fuzzing::address(written);
    assert!(network.contains(address), "{text}");
    assert!(network.contains(address.to_canonical()), "{text}");
}

fn check_settings(settings: &Settings) {
    assert!((1..=100).contains(&settings.thumbnail_quality));
    assert!((1..=100).contains(&settings.preview_quality));
    assert!((16..=4096).contains(&settings.thumbnail_size));
    assert!((16..=16_383).contains(&settings.preview_size));
    assert!(settings.user_delete_days > 0);
    assert!(settings.media_worker_count() > 0);
    assert!(!settings.site().ends_with('/'));
    let Proxies { trusted, .. } = settings.proxies();
    assert_eq!(*trusted, *settings.trusted_proxies);
    let algorithm = format!("{:?}", settings.oauth.signing_algorithm);
    assert_ne!(algorithm, "None");
}
