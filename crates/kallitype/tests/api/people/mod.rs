//! `/people`: persons whom a user sees in pictures.

mod changing;
mod listing;
mod merging;
mod thumbnails;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User};

/// Makes a person of these properties.
pub async fn create(server: &Server, user: &User, body: Value) -> Uuid {
    let answer = Answer::of(server.post(user, "/people").json(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.id()
}

pub async fn named(server: &Server, user: &User, name: &str) -> Uuid {
    create(server, user, json!({"name": name})).await
}

pub async fn get(server: &Server, user: &User, person: Uuid) -> Value {
    let answer = Answer::of(server.get(user, &format!("/people/{person}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

pub async fn update(server: &Server, user: &User, person: Uuid, body: Value) -> Answer {
    Answer::of(server.put(user, &format!("/people/{person}")).json(&body)).await
}

/// A face of a person on an asset, a quarter of the picture in its upper left corner.
pub fn face_of(person: Uuid, asset: Uuid) -> Value {
    json!({
        "assetId": asset, "personId": person, "imageWidth": 64, "imageHeight": 48,
        "x": 0, "y": 0, "width": 32, "height": 24,
    })
}

/// Says that a person is on an asset.
pub async fn tell_face(server: &Server, user: &User, body: &Value) {
    let answer = Answer::of(server.post(user, "/faces").json(body)).await;
    assert_eq!((answer.status, answer.bytes.len()), (201, 0), "{answer:?}");
}

/// Says that a person is on assets.
pub async fn show(server: &Server, user: &User, person: Uuid, assets: &[Uuid]) {
    for asset in assets {
        tell_face(server, user, &face_of(person, *asset)).await;
    }
}

/// The faces on an asset.
pub async fn faces(server: &Server, user: impl Into<Credential>, asset: Uuid) -> Vec<Value> {
    let answer = Answer::of(server.get(user, &format!("/faces?id={asset}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json.as_array().expect("a list").clone()
}

pub async fn upload_some(server: &Server, user: &User, count: u32) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for seed in 0..count {
        ids.push(user.upload(server, &Picture::jpeg(seed)).await);
    }
    ids
}

pub async fn delete_face(server: &Server, user: &User, face: &Value, force: bool) {
    let path = format!("/faces/{}", face["id"].as_str().expect("an id"));
    let request = server.request_as(user, Method::DELETE, &path);
    let answer = Answer::of(request.json(&json!({"force": force}))).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

/// A page of the people.
async fn page(server: &Server, user: &User, query: &str) -> Value {
    let answer = Answer::of(server.get(user, &format!("/people?{query}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

/// The names on a page.
fn names(page: &Value) -> Vec<&str> {
    let people = page["people"].as_array().expect("a list").iter();
    people
        .map(|person| person["name"].as_str().expect("a name"))
        .collect()
}

/// On how many assets a person is seen.
pub async fn seen(server: &Server, user: &User, person: Uuid) -> Value {
    let answer = Answer::of(server.get(user, &format!("/people/{person}/statistics"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["assets"].clone()
}
