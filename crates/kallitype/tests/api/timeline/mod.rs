//! `/timeline`: what the months hold is what they count, whatever is asked for.

mod albums;
mod assets;
mod filters;
mod partners;
mod refusals;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User};

const NOTHING: [Uuid; 0] = [];

type Query<'a> = &'a [(&'a str, &'a str)];

fn buckets(server: &Server, way: impl Into<Credential>, query: Query<'_>) -> RequestBuilder {
    server.get(way, "/timeline/buckets").query(query)
}

fn bucket(
    server: &Server,
    way: impl Into<Credential>,
    month: &str,
    query: Query<'_>,
) -> RequestBuilder {
    let request = server.get(way, "/timeline/bucket").query(query);
    request.query(&[("timeBucket", month)])
}

/// How many assets each month counts.
async fn counts(
    server: &Server,
    way: impl Into<Credential>,
    query: Query<'_>,
) -> Vec<(String, usize)> {
    let answer = Answer::of(buckets(server, way, query)).await;
    assert_eq!(answer.status, 200, "{query:?} {answer:?}");
    let months = answer.json.as_array().expect("a list").iter();
    let month = |month: &Value| {
        let count = month["count"].as_u64().expect("a number");
        let name = month["timeBucket"].as_str().expect("a month");
        (name.to_owned(), usize::try_from(count).expect("a count"))
    };
    months.map(month).collect()
}

/// What a month holds: columns of one length.
async fn read(server: &Server, way: impl Into<Credential>, month: &str, query: Query<'_>) -> Value {
    let answer = Answer::of(bucket(server, way, month, query)).await;
    assert_eq!(answer.status, 200, "{query:?} {answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
    let columns = answer.json.as_object().expect("columns");
    let length = |column: &Value| column.as_array().map(Vec::len);
    let count = length(&columns["id"]);
    for (name, column) in columns {
        assert_eq!(length(column), count, "{name}: {answer:?}");
    }
    answer.json
}

fn ids(columns: &Value) -> Vec<Uuid> {
    let ids = columns["id"].as_array().expect("a column").iter();
    ids.map(|id| id.as_str().expect("an id").parse().expect("a UUID"))
        .collect()
}

/// Everything that the timeline lists, month after month; each has to hold as much as it counts.
pub async fn walk(server: &Server, way: impl Into<Credential>, query: Query<'_>) -> Vec<Uuid> {
    let way = way.into();
    let mut listed = Vec::new();
    for (month, count) in counts(server, &way, query).await {
        let held = ids(&read(server, &way, &month, query).await);
        assert_eq!(held.len(), count, "{month} {query:?}");
        assert!(count > 0, "{month} {query:?}");
        listed.extend(held);
    }
    listed
}

/// A picture of a moment.
fn taken_at(seed: u32, moment: &str) -> Picture {
    Picture::jpeg(seed).with("fileCreatedAt", moment)
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
