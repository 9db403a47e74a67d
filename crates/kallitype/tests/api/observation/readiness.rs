//! `/kallitype/ready`

use postgres::{Client, NoTls};
use serde_json::json;

use crate::support::{Answer, Credential, Engine, Relay, Server, eventually};
use crate::test_on_both;

const NO_DATABASE: &str = "The database is not available";
const NO_MEDIA: &str = "The media folder is not available";

async fn ask(server: &Server) -> Answer {
    Answer::of(server.get(Credential::None, "/kallitype/ready")).await
}

async fn becomes_ready(server: &Server) {
    eventually("readiness", async || {
        let answer = ask(server).await;
        (answer.status == 200).then(|| assert_eq!(answer.json, json!({"status": "ready"})))
    })
    .await;
}

/// Waits until a server is not ready for a reason, and says so only to whom it may; it is alive all the same.
async fn becomes_unready(server: &Server, reason: &str) {
    let answer = eventually("unreadiness", async || {
        Some(ask(server).await).filter(|answer| answer.status == 503)
    })
    .await;
    let reasons = answer.json["message"].as_array().expect("reasons");
    assert!(reasons.contains(&json!(reason)), "{answer:?}");
    assert_eq!(answer.json["error"], "Service Unavailable");
    let said = answer.json.to_string();
    let place = server.options.data.parent().expect("a folder");
    assert!(!said.contains(place.to_str().expect("a path")), "{said}");
    let ping = Answer::of(server.get(Credential::None, "/server/ping")).await;
    assert_eq!(ping.status, 200);
}

test_on_both! {
    async fn a_server_without_its_media_is_not_ready(server: Server) {
        becomes_ready(&server).await;
        let (media, elsewhere) = (&server.options.data, server.options.data.with_extension("elsewhere"));
        std::fs::rename(media, &elsewhere).expect("the disk is taken out");
        becomes_unready(&server, NO_MEDIA).await;
        std::fs::create_dir_all(media.join("incoming")).expect("an empty folder is there instead");
        becomes_unready(&server, NO_MEDIA).await;
        std::fs::remove_dir_all(media).expect("and goes");
        std::fs::rename(&elsewhere, media).expect("the disk is put back");
        becomes_ready(&server).await;
    }
}

#[tokio::test]
async fn a_server_whose_postgresql_has_ended_is_not_ready() {
    let mut relay = None;
    let server = Server::start_with(Engine::Postgres, |mut options| {
        let begun = relay.insert(Relay::start(&options.database_url));
        options.database_url = begun.url(&options.database_url);
        options
    })
    .await;
    let relay = relay.expect("a relay");
    becomes_ready(&server).await;
    relay.be_gone(true);
    becomes_unready(&server, NO_DATABASE).await;
    relay.be_gone(false);
    becomes_ready(&server).await;
}

#[tokio::test]
async fn a_server_whose_postgresql_hangs_is_not_ready() {
    let server = Server::start(Engine::Postgres).await;
    becomes_ready(&server).await;
    let url = server.options.database_url.clone();
    let lock = move || {
        let mut client = Client::connect(&url, NoTls).expect("PostgreSQL answers");
        let lock = "BEGIN; LOCK TABLE installation IN ACCESS EXCLUSIVE MODE";
        client.batch_execute(lock).expect("a lock");
        client
    };
    let client = tokio::task::spawn_blocking(lock).await.expect("a lock");
    becomes_unready(&server, NO_DATABASE).await;
    let release = tokio::task::spawn_blocking(move || drop(client));
    release.await.expect("the lock is gone");
    becomes_ready(&server).await;
}

#[tokio::test]
async fn a_server_that_is_about_to_stop_is_not_ready() {
    let mut server =
        Server::start_with(Engine::Sqlite, |options| options.with("drain-seconds", 600)).await;
    becomes_ready(&server).await;
    server.tell_to_stop();
    becomes_unready(&server, "The server is about to stop").await;
    server.crash();
}
