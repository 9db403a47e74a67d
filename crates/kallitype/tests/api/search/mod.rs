//! `/search`: what is found is what was asked for, and nothing else.

mod explore;
mod large_assets;
mod metadata;
mod paging;
mod partners;
mod places;
mod random;
mod refusals;
mod statistics;
mod suggestions;
mod texts;
mod words;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User};

const NOTHING: [Uuid; 0] = [];

fn metadata(server: &Server, way: impl Into<Credential>, body: &Value) -> RequestBuilder {
    server.post(way, "/search/metadata").json(body)
}

/// A page of what is found, as it is answered.
async fn page(server: &Server, way: impl Into<Credential>, body: &Value) -> Value {
    let answer = Answer::of(metadata(server, way, body)).await;
    assert_eq!(answer.status, 200, "{body} {answer:?}");
    let (albums, assets) = (&answer.json["albums"], &answer.json["assets"]);
    assert_eq!(
        *albums,
        json!({"total": 0, "count": 0, "items": [], "facets": []})
    );
    let length = assets["items"].as_array().expect("a list").len();
    assert_eq!(assets["total"], length);
    assert_eq!(assets["count"], length);
    assert_eq!(assets["facets"], json!([]));
    answer.json["assets"].clone()
}

/// The ids of what is found, on one page.
async fn find(server: &Server, way: impl Into<Credential>, body: Value) -> Vec<Uuid> {
    let found = page(server, way, &body).await;
    assert_eq!(found["nextPage"], Value::Null, "{body}");
    ids(&found["items"])
}

/// How many are counted.
async fn count(server: &Server, way: impl Into<Credential>, body: &Value) -> u64 {
    let answer = Answer::of(server.post(way, "/search/statistics").json(body)).await;
    assert_eq!(answer.status, 200, "{body} {answer:?}");
    answer.json["total"].as_u64().expect("a number")
}

fn ids(assets: &Value) -> Vec<Uuid> {
    let assets = assets.as_array().expect("a list").iter();
    let id = |asset: &Value| asset["id"].as_str()?.parse().ok();
    assets.map(|asset| id(asset).expect("an id")).collect()
}

/// The answer of something that is asked for with GET.
async fn ask(server: &Server, way: impl Into<Credential>, path: &str) -> Value {
    let answer = Answer::of(server.get(way, path)).await;
    assert_eq!(answer.status, 200, "{path} {answer:?}");
    answer.json
}

/// A picture of the first of a month of 2024.
fn taken_in(month: u32) -> Picture {
    let moment = format!("2024-{month:02}-01T10:00:00.000Z");
    Picture::jpeg(month).with("fileCreatedAt", &moment)
}

/// Shares a user's timeline with another, who wants to see it in theirs or not.
async fn share_timeline(server: &Server, by: &User, with: &User, in_timeline: bool) {
    let body = json!({"sharedWithId": with.id});
    let shared = Answer::of(server.post(by, "/partners").json(&body)).await;
    assert_eq!(shared.status, 201, "{shared:?}");
    let path = format!("/partners/{}", by.id);
    let body = json!({"inTimeline": in_timeline});
    let changed = Answer::of(server.put(with, &path).json(&body)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
}
