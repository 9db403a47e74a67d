//! Media and database have to be each other's.

use std::path::Path;
use std::process::Output;

use crate::support::server::{Options, files_below};
use crate::support::{Engine, Picture, Server};
use crate::test_on_both;

/// Tries to start a server where it has to refuse; answers what it says.
fn refused_start(options: &Options) -> String {
    let Output {
        status,
        stderr,
        stdout,
    } = options
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .output()
        .expect("the command ends");
    assert!(
        !status.success(),
        "the server started: {}",
        String::from_utf8_lossy(&stdout)
    );
    String::from_utf8_lossy(&stderr).into_owned()
}

fn another_database(server: &Server) -> Options {
    let fresh = Options::fresh(server.options.engine, Path::new("/unused"));
    Options {
        data: server.options.data.clone(),
        ..fresh
    }
}

fn forget_embedded_database(data: &Path) {
    for file in [
        "kallitype.sqlite",
        "kallitype.sqlite-wal",
        "kallitype.sqlite-shm",
    ] {
        drop(std::fs::remove_file(data.join(file)));
    }
}

test_on_both! {
    async fn media_without_their_database_are_refused(server: Server by first_start) {
        let mut server = server;
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        server.stop();
        let before = files_below(&server.options.data.join("upload"));
        let options = another_database(&server);
        forget_embedded_database(&server.options.data);
        let said = refused_start(&options);
        assert!(said.contains("the database is empty") && said.contains("kallitype rebuild"), "{said}");
        assert_eq!(files_below(&server.options.data.join("upload")), before);
        if options.engine == Engine::Sqlite {
            assert!(!options.data.join("kallitype.sqlite").exists(), "nothing was made");
        }
    }
}

test_on_both! {
    async fn a_database_without_its_media_is_refused(server: Server by first_start) {
        let mut server = server;
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        server.stop();
        let elsewhere = tempfile::tempdir().unwrap();
        let storage = elsewhere.path().join("empty").display().to_string();
        let said = refused_start_with(&server.options, &storage);
        assert!(said.contains("its media are not in") && said.contains("--storage"), "{said}");
    }
}

test_on_both! {
    async fn a_database_with_the_media_of_another_library_is_refused(server: Server by first_start) {
        let mut server = server;
        let mut other = Server::first_start(Engine::Sqlite).await;
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        other.admin.upload(&other, &Picture::jpeg(1)).await;
        server.stop();
        other.stop();
        let said = refused_start_with(&server.options, &other.options.data.display().to_string());
        assert!(said.contains("but the database belongs to library"), "{said}");
    }
}

fn refused_start_with(options: &Options, storage: &str) -> String {
    let mut command = options.command(&["serve", "--listen", "127.0.0.1:0", "--storage", storage]);
    let output = command.output().expect("the command ends");
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn media_of_no_known_library_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::fresh(Engine::Sqlite, folder.path());
    std::fs::create_dir_all(options.data.join("upload/someone")).unwrap();
    std::fs::write(options.data.join("upload/someone/photo.jpg"), "a photo").unwrap();
    let said = refused_start(&options);
    assert!(said.contains("no mark of the library"), "{said}");
    assert!(!options.data.join("kallitype.sqlite").exists());
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused() {
    let server = Server::first_start(Engine::Sqlite).await;
    let said = refused_start(&server.options);
    assert!(said.contains("another process is using"), "{said}");
}
