//! `/stacks`, and what everything else tells of stacks.

mod automatic;
mod members;
mod operations;
mod timeline;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Picture, Server, User};

/// Uploads pictures, each an hour after the one before.
async fn upload(server: &Server, user: &User, seeds: std::ops::Range<u32>) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for seed in seeds {
        let picture = Picture::jpeg(seed);
        let moment = format!("2024-05-06T{:02}:00:00.000Z", seed % 24);
        let picture = picture.with("fileCreatedAt", &moment);
        ids.push(user.upload(server, &picture).await);
    }
    ids
}

/// Makes a stack; answers its id.
async fn stack(server: &Server, user: &User, assets: &[Uuid]) -> Uuid {
    let body = json!({"assetIds": assets});
    let answer = Answer::of(server.post(user, "/stacks").json(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.id()
}

/// What a stack is told to be: its primary, then its other assets in order.
async fn told(server: &Server, user: &User, id: Uuid) -> Option<Vec<Uuid>> {
    let answer = Answer::of(server.get(user, &format!("/stacks/{id}"))).await;
    if answer.status == 400 {
        assert_eq!(answer.json["message"], "Not found or no stack.read access");
        return None;
    }
    assert_eq!(answer.status, 200, "{answer:?}");
    Some(assets_of(&answer.json))
}

fn assets_of(stack: &Value) -> Vec<Uuid> {
    let assets = stack["assets"].as_array().expect("a list").iter();
    let ids = assets.map(|asset| id_of(&asset["id"]));
    let ids: Vec<Uuid> = ids.collect();
    assert_eq!(stack["primaryAssetId"], json!(ids[0]), "{stack}");
    ids
}

fn id_of(value: &Value) -> Uuid {
    value.as_str().expect("an id").parse().expect("a UUID")
}

/// What an asset says of its stack: the id, the primary, and how many assets it has.
async fn told_by(server: &Server, user: &User, asset: Uuid) -> Option<(Uuid, Uuid, u64)> {
    let stack = user.asset(server, asset).await["stack"].clone();
    let count = stack["assetCount"].as_u64()?;
    Some((id_of(&stack["id"]), id_of(&stack["primaryAssetId"]), count))
}

async fn set(server: &Server, user: &User, assets: &[Uuid], changes: Value) {
    for asset in assets {
        let changed = user.update(server, *asset, changes.clone()).await;
        assert_eq!(changed.status, 200, "{changed:?}");
    }
}

async fn restore(server: &Server, user: &User, assets: &[Uuid]) {
    let request = server.post(user, "/trash/restore/assets");
    let answer = Answer::of(request.json(&json!({"ids": assets}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Deletes assets for good.
async fn destroy(server: &Server, user: &User, assets: &[Uuid]) {
    let request = server.request_as(user, Method::DELETE, "/assets");
    let answer = Answer::of(request.json(&json!({"ids": assets, "force": true}))).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}
