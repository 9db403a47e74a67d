//! What holds secrets is the server's account's only.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::server::{Options, files_below};
use crate::support::{Engine, Server};
use crate::test_on_both;

/// A server whose account lets everyone do everything with what it makes.
fn careless(options: Options) -> Options {
    options.begun_by(&["sh", "-c", "umask 000 && exec \"$@\"", "sh"])
}

/// The folders with secrets, and the files in them.
fn secrets(options: &Options) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let data = &options.data;
    let folders = ["journal", "snapshots"].map(|name| data.join(name));
    let folders: Vec<PathBuf> = folders.into_iter().filter(|path| path.exists()).collect();
    let beside = std::fs::read_dir(data).expect("a folder");
    let beside = beside.map(|entry| entry.expect("an entry").path());
    let databases = beside.filter(|path| path.display().to_string().contains(".sqlite"));
    let files = folders.iter().flat_map(|folder| files_below(folder));
    let files = files.chain(databases).collect();
    ([vec![data.clone()], folders].concat(), files)
}

fn mode(path: &Path) -> u32 {
    path.metadata().expect("a file").permissions().mode() & 0o777
}

fn assert_closed(options: &Options) {
    let (folders, files) = secrets(options);
    for folder in &folders {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    assert!(folders.len() >= 2 && !files.is_empty());
    if options.engine == Engine::Sqlite {
        let log = options.data.join("kallitype.sqlite-wal");
        assert!(files.contains(&log) || !log.exists());
        assert!(files.len() >= 2, "{files:?}");
    }
}

fn open_to_everyone(options: &Options) {
    let (folders, files) = secrets(options);
    for (paths, mode) in [(folders, 0o777), (files, 0o666)] {
        for path in paths {
            std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("an open file");
        }
    }
}

test_on_both! {
    async fn no_one_else_reads_the_database_or_the_journal(server: Server) {
        let engine = server.options.engine;
        drop(server);
        let mut server = Server::first_start_with(engine, careless).await;
        assert_closed(&server.options);
        // As versions before this one left it, with copies of theirs.
        server.stop();
        if engine == Engine::Sqlite {
            let (data, snapshots) = (&server.options.data, server.options.data.join("snapshots"));
            std::fs::create_dir_all(&snapshots).unwrap();
            for copy in [snapshots.join("schema-0001-20260101T000000000.sqlite"), data.join("kallitype.sqlite.before-20260101T000000")] {
                std::fs::copy(data.join("kallitype.sqlite"), copy).unwrap();
            }
        }
        open_to_everyone(&server.options);
        server.start_again();
        let first_segment = files_below(&server.options.data.join("journal"));
        assert!(!first_segment.is_empty());
        assert_closed(&server.options);
    }
}

#[tokio::test]
async fn what_is_put_back_or_made_again_is_closed_as_well() {
    let mut server = Server::first_start_with(Engine::Sqlite, careless).await;
    server.stop();
    let (data, snapshots) = (
        server.options.data.clone(),
        server.options.data.join("snapshots"),
    );
    let database = data.join("kallitype.sqlite");
    std::fs::create_dir_all(&snapshots).unwrap();
    let snapshot = snapshots.join("schema-0001-20260101T000000000.sqlite");
    std::fs::copy(&database, &snapshot).unwrap();
    std::fs::set_permissions(&snapshot, Permissions::from_mode(0o666)).unwrap();
    let run = |word: &str| {
        let status = server.options.command(&[word]).output().unwrap().status;
        assert!(status.success(), "{word}");
    };
    run("restore-snapshot");
    assert_eq!(mode(&database), 0o600);
    std::fs::remove_file(&database).unwrap();
    run("rebuild");
    assert_eq!((mode(&data), mode(&database)), (0o700, 0o600));
}
