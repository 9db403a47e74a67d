//! Clients that were written for the API, unmodified.

mod events;
mod generated;
mod official;
mod python;
mod rust;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::picture::xmp;
use crate::support::{Exif, Picture};

/// What is installed for Node.
fn node_modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/node_modules")
}

/// Node, without this process's environment.
fn node() -> Command {
    installed(node_modules().join("node/bin/node"))
}

/// What is installed for Python.
fn python_clients() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("python-clients")
}

/// Python, without this process's environment.
fn python() -> Command {
    installed(python_clients().join("bin/python"))
}

pub fn installed(program: PathBuf) -> Command {
    assert!(
        program.exists(),
        "{} is not installed; `make setup-clients web` does that",
        program.display()
    );
    let mut command = Command::new(program);
    command.env_clear();
    command
}

/// A script of the tests.
fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/clients")
        .join(name)
}

/// Runs a command that has to succeed.
fn succeed(command: &mut Command) {
    let output = command.output().expect("a program that runs");
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A folder with pictures in it and below it, one of them twice.
fn make_folder(folder: &Path) -> Vec<Picture> {
    let pictures = [
        Picture::jpeg(1),
        Picture::png(2),
        Picture::jpeg(3).named("ünïcode 😀.jpg"),
    ];
    std::fs::create_dir_all(folder.join("below/deep")).unwrap();
    for (picture, place) in pictures.iter().zip(["", "below", "below/deep"]) {
        std::fs::write(folder.join(place).join(&picture.name), &picture.bytes).unwrap();
    }
    std::fs::write(folder.join("below/again.jpg"), &pictures[0].bytes).unwrap();
    std::fs::write(folder.join("notes.txt"), "not a photo").unwrap();
    pictures.to_vec()
}

/// A folder with a photo and its sidecar, another photo, and a film.
fn make_real_folder() -> tempfile::TempDir {
    // Some clients pass over what lies in a folder that begins with a dot.
    let folder = tempfile::Builder::new().prefix("files").tempdir();
    let folder = folder.expect("a temporary folder");
    let exif = Exif {
        date_time_original: Some("2024:02:03 04:05:06"),
        offset: Some("+02:00"),
        make: Some("Camera"),
        ..Exif::default()
    };
    let sidecar = xmp("<dc:subject><rdf:Bag/></dc:subject>");
    for (name, bytes) in [
        ("picture.jpg", Picture::jpeg_with_exif(1, exif).bytes),
        ("picture.xmp", sidecar.into_bytes()),
        ("other.jpg", Picture::jpeg_of_size(2, 400, 300).bytes),
        ("film.mp4", Picture::playable_film("film.mp4").bytes),
    ] {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    }
    folder
}
