//! What people do with the app, in Debian's Chromium. The walks stand in `web/tests`; here are the servers and the
//! pictures for them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::json;

use crate::clients::installed;
use crate::support::server::program;
use crate::support::user::PASSWORD;
use crate::support::{Answer, Engine, Exif, MailSink, Picture, Server, World};

/// A file below the app's source.
fn web(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../web")
        .join(name)
}

/// Node, in the version that the app is built with.
fn node() -> Command {
    installed(web("node_modules/node/bin/node"))
}

/// Where the walks leave their screenshots, to be looked at by whoever changes a page.
fn screenshots() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots")
}

/// Walks through the app on a server; each walk is one file.
async fn walk(server: &Server, name: &'static str, files: &[Picture]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The browser keeps things of its own there.
    let home = tempfile::tempdir().expect("a temporary folder");
    for file in files {
        std::fs::write(folder.path().join(&file.name), &file.bytes).expect("a file");
    }
    let mut command = node();
    command
        .args(["--test", "--test-reporter=spec"])
        .arg(web("tests").join(name))
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", home.path())
        .env("ADDRESS", &server.address)
        .env("FILES", folder.path())
        .env("SCREENSHOTS", screenshots());
    let ran = tokio::task::spawn_blocking(move || command.output()).await;
    let output = ran.expect("a thread").expect("Node runs");
    assert!(output.status.success(), "{}", said(&output));
}

fn said(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// Photographs of three years, most of one day, with names that would be markup if they were not text.
fn photographs() -> Vec<Picture> {
    let sizes = [
        (900, 1200),
        (1200, 900),
        (1500, 1000),
        (1600, 900),
        (1000, 1000),
    ];
    let dates = [
        "2019:07:14 10:00:00",
        "2019:07:14 10:01:00",
        "2021:03:01 08:00:00",
        "2021:03:02 08:00:00",
        "2021:03:03 08:00:00",
    ];
    let mut made: Vec<Picture> = (0..24)
        .map(|number| {
            let (width, height) = sizes[number % sizes.len()];
            let long_day = format!("2024:05:0{} 12:{number:02}:00", 1 + number % 2);
            let exif = Exif {
                date_time_original: Some(dates.get(number).copied().unwrap_or(&long_day)),
                offset: Some("+02:00"),
                make: Some("Brownie"),
                place: (number == 0).then_some((48.137, 11.575)),
                ..Exif::default()
            };
            Picture::gradient(number, width, height).with_exif(exif)
        })
        .collect();
    made[23].name = "<img src=x onerror=alert(1)>.jpg".into();
    made
}

#[tokio::test]
async fn someone_makes_the_first_account_and_signs_in() {
    let server = Server::unclaimed(Engine::Sqlite);
    walk(&server, "first-run.test.ts", &[]).await;
}

#[tokio::test]
async fn a_given_password_is_changed_first() {
    let server = Server::start(Engine::Sqlite).await;
    let account = json!({"email": "new@example.org", "name": "New", "password": PASSWORD, "shouldChangePassword": true});
    let made = Answer::of(server.post(&server.admin, "/admin/users").json(&account)).await;
    assert_eq!(made.status, 201, "{made:?}");
    walk(&server, "given-password.test.ts", &[]).await;
}

#[tokio::test]
async fn someone_signs_in_at_a_provider() {
    let world = World::start_with(Engine::Sqlite, |options| {
        options.with("oauth-button-text", "Sign in at the club")
    })
    .await;
    let claims = json!({"email": "ada@example.org", "email_verified": true, "name": "Ada"});
    world.know("ada", claims).await;
    walk(&world.server, "provider.test.ts", &[]).await;
}

#[tokio::test]
async fn photographs_are_brought_in_looked_at_and_put_in_order() {
    let server = Server::start(Engine::Sqlite).await;
    let mut files = photographs();
    files.push(Picture::playable_film("film.mp4"));
    files.push(Picture::new(b"no photo".to_vec(), "notes.txt"));
    walk(&server, "library.test.ts", &files).await;
}

#[tokio::test]
async fn photographs_are_found_again_and_changed_many_at_once() {
    let server = Server::start(Engine::Sqlite).await;
    let mut files = photographs();
    files.push(Picture::playable_film("film.mp4"));
    walk(&server, "find.test.ts", &files).await;
}

#[tokio::test]
async fn a_photograph_is_put_right_where_it_is_shown() {
    let server = Server::start(Engine::Sqlite).await;
    let mut files = photographs();
    files.push(Picture::playable_film("film.mp4"));
    let around = Picture::gradient(24, 1600, 800);
    files.push(around.with_xmp("<GPano:ProjectionType>equirectangular</GPano:ProjectionType>"));
    walk(&server, "viewer.test.ts", &files).await;
}

/// A server with another account, Bob's.
async fn with_bob() -> Server {
    let server = Server::start(Engine::Sqlite).await;
    let account = json!({
        "email": "bob@example.org",
        "name": "Bob <i>Noyce</i>",
        "password": PASSWORD,
        "shouldChangePassword": false,
    });
    let made = Answer::of(server.post(&server.admin, "/admin/users").json(&account)).await;
    assert_eq!(made.status, 201, "{made:?}");
    server
}

#[tokio::test]
async fn photographs_are_shared_with_others_and_by_links() {
    let server = with_bob().await;
    walk(&server, "sharing.test.ts", &photographs()).await;
}

#[tokio::test]
async fn someone_looks_after_their_account() {
    let server = with_bob().await;
    walk(&server, "account.test.ts", &photographs()).await;
}

#[tokio::test]
async fn an_administrator_looks_after_the_server() {
    let server = with_bob().await;
    walk(&server, "administration.test.ts", &photographs()).await;
}

#[tokio::test]
async fn an_administrator_decides_on_the_settings() {
    let sink = MailSink::start().await;
    let port = Picture::new(sink.port.to_string().into_bytes(), "port.txt");
    let server = Server::start_with(Engine::Sqlite, |options| options.with("trash-days", 9)).await;
    walk(&server, "settings.test.ts", &[port]).await;
}

#[tokio::test]
async fn an_administrator_looks_after_libraries() {
    let server = with_bob().await;
    let files = photographs().split_off(16);
    walk(&server, "libraries.test.ts", &files).await;
}

#[tokio::test]
async fn an_administrator_sees_to_the_library_as_a_whole() {
    let server = with_bob().await;
    let files = photographs().split_off(16);
    walk(&server, "upkeep.test.ts", &files).await;
}

#[tokio::test]
async fn photographs_that_belong_together_are_stacked() {
    let server = Server::start(Engine::Sqlite).await;
    let files = photographs().split_off(16);
    walk(&server, "stacks.test.ts", &files).await;
}

#[tokio::test]
async fn who_is_seen_is_marked_named_and_found() {
    let server = Server::start(Engine::Sqlite).await;
    let files = photographs().split_off(16);
    walk(&server, "people.test.ts", &files).await;
}

#[tokio::test]
async fn what_comes_again_is_looked_at_and_decided_about() {
    let server = Server::start(Engine::Sqlite).await;
    let files = photographs().split_off(16);
    walk(&server, "again.test.ts", &files).await;
}

#[test]
fn the_app_knows_the_api_as_it_is() {
    let document = program().arg("openapi").output().expect("the document");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), document.stdout).expect("a file");
    let output = node()
        .arg(web("node_modules/openapi-typescript/bin/cli.js"))
        .arg(file.path())
        .output()
        .expect("Node runs");
    assert!(output.status.success(), "{}", said(&output));
    let known = std::fs::read(web("src/lib/api/schema.d.ts")).expect("the types");
    assert!(
        output.stdout == known,
        "`make web-types` writes how the app sees the API anew"
    );
}
