//! `/sync`: what apps have, and what they are told.

mod app;
mod earlier;
mod many;
mod random;
mod requests;
mod shared;
mod types;

use serde_json::{Value, json};
use uuid::Uuid;

pub use self::app::App;
use crate::support::{Answer, Credential, Server, User};

/// Everything that can be asked for, in another order than it is told.
pub const ALL: [&str; 20] = [
    "AlbumsV1",
    "AlbumUsersV1",
    "AlbumToAssetsV1",
    "AlbumAssetsV1",
    "AlbumAssetExifsV1",
    "AssetsV1",
    "AssetExifsV1",
    "AssetMetadataV1",
    "AuthUsersV1",
    "MemoriesV1",
    "MemoryToAssetsV1",
    "PartnersV1",
    "PartnerAssetsV1",
    "PartnerAssetExifsV1",
    "PartnerStacksV1",
    "StacksV1",
    "UsersV1",
    "PeopleV1",
    "AssetFacesV1",
    "UserMetadataV1",
];

/// A line of a stream.
#[derive(Debug, Clone)]
pub struct Line {
    pub kind: String,
    pub data: Value,
    pub ack: String,
}

/// The lines of a stream that was read to its end.
pub async fn stream(server: &Server, who: impl Into<Credential>, types: &[&str]) -> Vec<Line> {
    stream_with(server, who, json!({"types": types})).await
}

pub async fn stream_with(server: &Server, who: impl Into<Credential>, body: Value) -> Vec<Line> {
    let answer = Answer::of(server.post(who, "/sync/stream").json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/jsonlines+json");
    let text = String::from_utf8(answer.bytes).expect("a text");
    assert!(text.ends_with('\n'), "{text}");
    text.lines().map(line).collect()
}

fn line(text: &str) -> Line {
    let line: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(line.as_object().expect("an object").len(), 3, "{text}");
    let of = |name: &str| line[name].as_str().expect("a text").to_owned();
    Line {
        kind: of("type"),
        data: line["data"].clone(),
        ack: of("ack"),
    }
}

/// Says what an app has.
pub async fn ack(server: &Server, who: impl Into<Credential>, acks: &[String]) {
    let answer = Answer::of(server.post(who, "/sync/ack").json(&json!({"acks": acks}))).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

/// Reads a stream and says that it was read: the last of each type. Answers its lines without the one that ends it.
pub async fn take(server: &Server, who: &User, types: &[&str]) -> Vec<(String, Value)> {
    let lines = stream(server, who, types).await;
    let acks: Vec<String> = lines.iter().map(|line| line.ack.clone()).collect();
    for acks in acks.chunks(1000) {
        ack(server, who, acks).await;
    }
    let mut told: Vec<_> = lines
        .into_iter()
        .map(|line| (line.kind, line.data))
        .collect();
    let (last, _) = told.pop().expect("a line");
    assert_eq!(last, "SyncCompleteV1");
    told
}

/// The types of some lines.
pub fn kinds(lines: &[(String, Value)]) -> Vec<&str> {
    lines.iter().map(|(kind, _)| kind.as_str()).collect()
}

/// Those lines of a type.
pub fn of_type<'a>(lines: &'a [(String, Value)], wanted: &str) -> Vec<&'a Value> {
    let found = lines.iter().filter(|(kind, _)| kind == wanted);
    found.map(|(_, data)| data).collect()
}

/// The texts under a name in those lines of a type.
pub fn values<'a>(lines: &'a [(String, Value)], wanted: &str, name: &str) -> Vec<&'a str> {
    let lines = of_type(lines, wanted).into_iter();
    lines
        .map(|data| data[name].as_str().expect("a text"))
        .collect()
}

pub async fn share_timeline(server: &Server, by: &User, with: &User) {
    let body = json!({"sharedWithId": with.id});
    let answer = Answer::of(server.post(by, "/partners").json(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

pub async fn let_in(server: &Server, owner: &User, album: &Value, user: Uuid) {
    let path = format!("/albums/{}/users", album["id"].as_str().expect("an id"));
    let body = json!({"albumUsers": [{"userId": user, "role": "editor"}]});
    let answer = Answer::of(server.put(owner, &path).json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}
