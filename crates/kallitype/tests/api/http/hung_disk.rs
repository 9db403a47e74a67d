//! A disk that does not answer.

use std::path::Path;
use std::process::Command;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::server::files_below;
use crate::support::{Answer, Engine, PATIENCE, Picture, Server, eventually};

/// More than there are threads of the runtime, and more than may read at once.
const REQUESTS: usize = 40;
const READERS: usize = 4;

/// Puts a pipe that no one writes to into a file's place: whoever opens it waits for ever.
fn hang(file: &Path) {
    std::fs::remove_file(file).expect("a file");
    let made = Command::new("mkfifo").arg(file).status();
    assert!(made.expect("mkfifo").success());
}

async fn a_disk_that_hangs_keeps_no_one_else(engine: Engine) {
    let server = Server::start_with(engine, |options| {
        options
            .with("file-timeout-seconds", 2)
            .with("file-readers", READERS)
    })
    .await;
    let owner = &server.admin;
    let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
    for file in files_below(&server.options.data.join("thumbs")) {
        hang(&file);
    }
    let thumbnail = format!("/assets/{id}/thumbnail");
    let hanging = join_all((0..REQUESTS).map(|_| Answer::of(server.get(owner, &thumbnail))));
    let others = async {
        loop {
            for path in ["/server/ping", "/users/me", &format!("/assets/{id}")] {
                let answer =
                    tokio::time::timeout(PATIENCE, Answer::of(server.get(owner, path))).await;
                assert_eq!(answer.expect("an answer in time").status, 200, "{path}");
            }
        }
    };
    let answers = tokio::select! {
        answers = hanging => answers,
        never = others => never,
    };
    for answer in answers {
        assert_eq!(answer.status, 503, "{answer:?}");
        assert_eq!(
            answer.json["message"],
            json!("The server's storage does not answer")
        );
    }
    the_disk_answers_again(&server, &thumbnail).await;
}

/// Who waits for a pipe goes on when someone opens it to write; then the places of those readers are free.
async fn the_disk_answers_again(server: &Server, thumbnail: &str) {
    let pipes = files_below(&server.options.data.join("thumbs"));
    let writers: Vec<_> = pipes
        .iter()
        .map(|pipe| std::fs::File::options().read(true).write(true).open(pipe))
        .collect();
    for pipe in &pipes {
        std::fs::remove_file(pipe).expect("a pipe");
        std::fs::write(pipe, "as before").expect("a file");
    }
    eventually("an answer", async || {
        let answer = Answer::of(server.get(&server.admin, thumbnail)).await;
        (answer.status == 200 && answer.bytes == b"as before").then_some(())
    })
    .await;
    drop(writers);
}

#[tokio::test]
async fn a_disk_that_hangs_keeps_no_one_else_on_sqlite() {
    a_disk_that_hangs_keeps_no_one_else(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_disk_that_hangs_keeps_no_one_else_on_postgres() {
    a_disk_that_hangs_keeps_no_one_else(Engine::Postgres).await;
}
