//! Servers that share a database.

use reqwest::Method;
use serde_json::json;

use super::decide;
use crate::support::{Answer, Engine, Listener, Server};

#[tokio::test]
async fn every_server_hears_of_a_change() {
    let server = Server::start(Engine::Postgres).await;
    let other = server.beside(|options| options);
    let mut listener = Listener::of(&other, &other.admin).await;
    decide(&server, &[("trash.days", json!(4))]).await;
    listener.hear("on_config_update").await;
    let config = Answer::of(other.request(Method::GET, "/server/config")).await;
    assert_eq!(config.json["trashDays"], 4);
}
