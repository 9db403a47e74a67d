//! By what is told with a refusal, its request is found in the log.

use reqwest::RequestBuilder;
use serde_json::json;
use uuid::Uuid;

use crate::support::server::Options;
use crate::support::{Answer, Credential, Engine, Server, eventually};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// What a refused request was called.
async fn called(request: RequestBuilder, status: u16) -> String {
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, status, "{answer:?}");
    let id = answer.json["correlationId"].as_str().expect("an id");
    assert_eq!(answer.header("x-request-id"), id, "{answer:?}");
    id.to_owned()
}

#[tokio::test]
async fn every_refusal_says_what_its_request_is_called() {
    for engine in ENGINES {
        let settings = |options: Options| options.with("max-anonymous-json-bytes", 200);
        let server = Server::start_with(engine, settings).await;
        server
            .execute_sql("ALTER TABLE tag RENAME TO lost_tag")
            .await;
        let long = json!({"email": "a".repeat(300), "password": "x"});
        let login = || server.post(Credential::None, "/auth/login");
        let mut ids = vec![
            called(login().json(&json!({})), 400).await,
            called(server.get(Credential::None, "/users/me"), 401).await,
            called(server.get(Credential::None, "/nowhere"), 404).await,
            called(login().json(&long), 413).await,
            called(server.get(&server.admin, "/tags"), 500).await,
        ];
        assert!(ids.iter().all(|id| Uuid::parse_str(id).is_ok()), "{ids:?}");
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 5, "every request has a name of its own");
    }
}

#[tokio::test]
async fn a_fault_is_found_in_the_log_by_it() {
    for engine in ENGINES {
        let server = Server::start_with(engine, Options::logged).await;
        server
            .execute_sql("ALTER TABLE tag RENAME TO lost_tag")
            .await;
        let key = server.admin.token.as_str();
        let path = format!("/tags?sessionKey={key}");
        let id = called(server.get(Credential::None, &path), 500).await;
        let line = eventually("the line of the fault", async || {
            let log = server.log();
            let line = log
                .lines()
                .find(|line| line.contains(&id) && line.contains("failed"));
            line.map(str::to_owned)
        })
        .await;
        assert!(line.contains("ERROR"), "{line}");
        assert!(line.contains("GET") && line.contains("/api/tags"), "{line}");
        let cause = line.split_once("cause=").expect("the cause").1;
        assert!(cause.contains("tag"), "{line}");
        assert!(!server.log().contains(key), "the log tells a session's key");
    }
}

#[tokio::test]
async fn a_name_that_is_given_is_kept_if_it_is_short_and_plain() {
    let server = Server::start(Engine::Sqlite).await;
    let ask = |given: &str| {
        server
            .get(Credential::None, "/nowhere")
            .header("x-request-id", given)
    };
    for given in ["a", "proxy-1.A_b", &"x".repeat(64)] {
        assert_eq!(called(ask(given), 404).await, given);
    }
    for given in ["", " ", "a b", "a\"b", "a{b", "ä", "1;2", &"x".repeat(65)] {
        let id = called(ask(given), 404).await;
        assert!(Uuid::parse_str(&id).is_ok(), "{given:?} became {id}");
    }
    let good = server.get(Credential::None, "/server/ping");
    let answer = Answer::of(good.header("x-request-id", "mine")).await;
    assert_eq!(answer.header("x-request-id"), "mine");
}
