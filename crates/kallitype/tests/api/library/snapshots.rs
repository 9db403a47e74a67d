//! Snapshots of the embedded database, and databases of other versions.

use crate::support::{Engine, Picture, Server, User};

#[tokio::test]
async fn a_snapshot_takes_the_place_of_the_database() {
    let mut server = Server::first_start(Engine::Sqlite).await;
    let early = server.admin.upload(&server, &Picture::jpeg(1)).await;
    server.stop();
    let (data, snapshots) = (
        server.options.data.clone(),
        server.options.data.join("snapshots"),
    );
    std::fs::create_dir_all(&snapshots).unwrap();
    let snapshot = snapshots.join("schema-0001-20260101T000000000.sqlite");
    std::fs::copy(data.join("kallitype.sqlite"), &snapshot).unwrap();
    server.start_again();
    let owner = User::login(server.http(), &server.address, &server.admin.email).await;
    let late = owner.upload(&server, &Picture::jpeg(2)).await;

    let running = server
        .options
        .command(&["restore-snapshot"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&running.stderr).contains("stop it first"));
    server.stop();
    let output = server
        .options
        .command(&["restore-snapshot"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    server.start_again();
    let owner = User::login(server.http(), &server.address, &server.admin.email).await;
    owner.asset(&server, early).await;
    let gone = crate::support::Answer::of(server.get(&owner, &format!("/assets/{late}"))).await;
    assert_eq!(gone.status, 400);
    let kept = std::fs::read_dir(&data).unwrap().filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with("kallitype.sqlite.before-")
    });
    assert_eq!(kept.count(), 1, "the database as it was is kept");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let mut server = Server::first_start(Engine::Sqlite).await;
    server.stop();
    let database = server.options.data.join("kallitype.sqlite");
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection
        .execute(
            "INSERT INTO migration (number, name, applied_at) VALUES (99, 'from the future', 0)",
            [],
        )
        .unwrap();
    connection.close().unwrap();
    let output = server
        .options
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("has schema 99") && said.contains("restore-snapshot"),
        "{said}"
    );
}
