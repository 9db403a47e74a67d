//! What is known of pictures by asking a machine learning service: searches by what they show, faces, duplicates.

mod duplicates;
mod faces;
mod failures;
mod models;
mod protocol;
mod search;
mod servers;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::server::Options;
use crate::support::{Answer, Engine, LearningService, Server, User};

const RED: [u8; 3] = [230, 20, 20];
const ORANGE: [u8; 3] = [230, 110, 20];
const GREEN: [u8; 3] = [20, 230, 20];
const BLUE: [u8; 3] = [20, 20, 230];

/// A server with a service that it asks.
struct Learning {
    server: Server,
    service: LearningService,
}

impl Learning {
    async fn start(engine: Engine) -> Self {
        Self::start_with(engine, |options| options).await
    }

    async fn start_with(engine: Engine, settings: impl FnOnce(Options) -> Options) -> Self {
        let service = LearningService::start();
        let address = service.address.clone();
        let server = Server::start_with(engine, |options| {
            settings(options.with("machine-learning-url", address))
        })
        .await;
        Self { server, service }
    }

    /// The questions that it was asked, without those about faces.
    fn asked_for_clip(&self) -> Vec<crate::support::Asked> {
        let mut asked = self.service.asked();
        asked.retain(|asked| asked.entries.starts_with(r#"{"clip""#));
        asked
    }
}

/// Searches by what pictures show.
async fn smart(server: &Server, user: &User, body: Value) -> Answer {
    Answer::of(server.post(user, "/search/smart").json(&body)).await
}

/// The assets on a page, and the number of the next one.
async fn found(server: &Server, user: &User, body: Value) -> (Vec<Uuid>, Option<String>) {
    let answer = smart(server, user, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let assets = &answer.json["assets"];
    let ids: Vec<Uuid> = assets["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|asset| {
            asset["id"]
                .as_str()
                .expect("an id")
                .parse()
                .expect("a UUID")
        })
        .collect();
    assert_eq!(
        (&assets["count"], &assets["total"]),
        (&json!(ids.len()), &json!(ids.len()))
    );
    (ids, assets["nextPage"].as_str().map(str::to_owned))
}

/// Fills a queue, and waits until it is empty.
async fn start(server: &Server, queue: &str, body: Value) {
    order(server, queue, body).await;
    server.finish_jobs().await;
}

async fn order(server: &Server, queue: &str, body: Value) -> Value {
    let request = server.put(&server.admin, &format!("/jobs/{queue}"));
    let answer = Answer::of(request.json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}
