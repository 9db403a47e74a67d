//! Each server journals all changes, whichever server made them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::library::random::{Manner, authors, seed, start_with, work};
use crate::library::rebuild::lose_and_rebuild;
use crate::library::state::State;
use crate::support::{Engine, Server};

/// How many write, half of them through each server, and what they do together.
const WRITERS: usize = 16;
const OPERATIONS: usize = 1600;

/// The journal's files with what stands in them.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn read(server: &Server) -> Files {
    let folder = server.options.data.join("journal");
    let files = std::fs::read_dir(folder).expect("the journal's folder");
    let paths = files.map(|entry| entry.expect("a file").path());
    paths
        .map(|path| (path.clone(), std::fs::read(path).expect("a readable file")))
        .collect()
}

/// Makes these the journal's files, and no others.
fn replace(server: &Server, files: &Files) {
    for path in read(server).keys() {
        std::fs::remove_file(path).expect("a file");
    }
    for (path, bytes) in files {
        std::fs::write(path, bytes).expect("a file");
    }
}

#[tokio::test]
async fn the_journal_of_each_server_misses_nothing_of_both() {
    let seed = seed();
    let mut first = start_with(Engine::Postgres, |options| options.with("roles", "api")).await;
    let mut writers = authors(&first, seed, WRITERS).await;
    let of_first: Vec<PathBuf> = read(&first).into_keys().collect();
    let mut second = first.beside(|options| options);
    let base = read(&first);
    work(
        &[&first, &second],
        &mut writers,
        OPERATIONS,
        Manner::Patient,
    )
    .await;
    second.stop();
    first.stop();

    let all = read(&first);
    let before = State::of(&first).await;
    let is_of_first = |path: &PathBuf| of_first.contains(path);
    let (ours, theirs): (Files, Files) = all
        .clone()
        .into_iter()
        .partition(|(path, _)| is_of_first(path));
    assert_eq!(theirs.len(), 1, "the second server has a file of its own");
    let alone: Files = base.into_iter().chain(theirs).collect();
    for (files, whose) in [
        (all, "both servers"),
        (ours, "the first server"),
        (alone, "the second server"),
    ] {
        replace(&first, &files);
        lose_and_rebuild(&mut first);
        let what = format!("KALLITYPE_TEST_SEED={seed}, rebuilt from the journal of {whose}");
        State::of(&first).await.assert_equals(&before, &what);
    }
}

#[tokio::test]
async fn no_database_is_rebuilt_beside_a_running_server() {
    let mut server = Server::start(Engine::Postgres).await;
    let mut options = server.options.clone();
    options.database_url = crate::support::database::create_database(None);
    // On another machine, the data folder is another one, too.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let mut rebuild = options.command(&["rebuild"]);
    rebuild.arg("--storage").arg(&options.data);
    options.data = elsewhere.path().to_owned();
    let mut rebuild_elsewhere = options.command(&["rebuild"]);
    rebuild_elsewhere.arg("--storage").arg(&server.options.data);
    for command in [&mut rebuild, &mut rebuild_elsewhere] {
        let output = command.output().expect("the command ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && said.contains("stop it first"),
            "{said}"
        );
    }
    server.stop();
    let output = rebuild_elsewhere.output().expect("the command ends");
    assert!(output.status.success(), "{output:?}");
}
