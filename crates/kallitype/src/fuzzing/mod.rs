//! The readers of what comes from outside one by one, for the targets in `fuzz`. Each takes any bytes, and panics when
//! what it makes of them is not what it promises.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is how a finding is told"
)]

pub(crate) mod config;
pub(crate) mod fields;
pub(crate) mod headers;
pub(crate) mod journal;
pub(crate) mod ranges;
pub(crate) mod upload;
pub(crate) mod values;

pub use config::config;
pub use fields::fields;
pub use headers::headers;
pub use journal::journal;
pub use ranges::ranges;
pub use upload::upload;
pub use values::values;

use std::net::IpAddr;
use std::sync::LazyLock;

use clap::Parser;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::config::Settings;

/// The network of the proxies that are trusted.
const PROXIES: &str = "10.0.0.0/8";

/// The command line that all commands with settings have.
#[derive(Parser)]
struct Command {
    #[command(flatten)]
    settings: Settings,
}

/// A server's settings, with limits that short inputs reach.
static SETTINGS: LazyLock<Settings> = LazyLock::new(|| {
    let command = Command::parse_from([
        "fuzzing",
        "--external-url=https://photos.example.org/",
        "--trusted-proxies",
        PROXIES,
        "--max-upload-bytes=4096",
        "--max-sidecar-bytes=1024",
        "--max-field-bytes=512",
        "--max-parts=8",
        "--max-list-items=8",
        "--min-free-bytes=0",
    ]);
    command.settings
});

/// What one line of headers each says; lines that are none are passed over.
fn header_lines(bytes: &[u8]) -> HeaderMap {
    let lines = bytes.split(|byte| *byte == b'\n');
    let headers = lines.filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
        Some((HeaderName::from_bytes(&line[..colon]).ok()?, value))
    });
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name, value);
    }
    map
}

/// The first line, and the rest.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    end.map_or((bytes, &[]), |end| (&bytes[..end], &bytes[end + 1..]))
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    type Target = (&'static str, fn(&[u8]));

    const TARGETS: [Target; 7] = [
        ("config", config),
        ("fields", fields),
        ("headers", headers),
        ("journal", journal),
        ("ranges", ranges),
        ("upload", upload),
        ("values", values),
    ];
    /// Each seed is also cut off at as many places.
    const CUTS: usize = 12;

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// The targets are built by no one who does not fuzz: here they have to compile, and to hold for what is sound.
    #[test]
    fn fuzz_targets_hold_for_seeds() {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
        for (name, target) in TARGETS {
            let seeds = files(&seeds.join(name));
            assert!(!seeds.is_empty(), "{name} has no seeds");
            for path in seeds {
                println!("{name} with {}", path.display());
                let bytes = fs::read(&path).unwrap();
                for cut in 0..=CUTS {
                    target(&bytes[..bytes.len() * cut / CUTS]);
                }
            }
        }
        fs::remove_dir_all(upload::STORAGE.root()).ok();
    }

    #[test]
    fn fuzz_targets_are_all_tried() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/targets");
        for path in files(&folder) {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let is_ours = text.contains("kallitype::fuzzing");
            let is_tried = TARGETS.iter().any(|(target, _)| *target == name);
            assert_eq!(is_ours, is_tried, "{name}");
        }
    }
}
