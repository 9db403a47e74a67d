use std::ffi::OsString;

use clap::{CommandFactory, Parser};

use crate::config::file::arguments_of;
use crate::config::system::effective::Decisions;
use crate::config::{FixedSetting, Settings};
use crate::fuzzing::Command;
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

/// What can be given can stand in the document of settings, where there is no file to be read.
fn check_settings(settings: &Settings) {
    assert!(settings.media_worker_count() > 0);
    if let Ok(fixed) = settings.fixed() {
        let outside = ["server.externalDomain", "oauth.", "notifications."];
        let is_checked =
            |setting: &FixedSetting| !outside.iter().any(|start| setting.path.starts_with(start));
        let fixed: Vec<FixedSetting> = fixed.into_iter().filter(is_checked).collect();
        assert!(Decisions::none().document(&fixed).is_ok());
    }
}
