//! `POST /assets/exist`

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Door, Engine, Picture, Server, User, assert_invalid};
use crate::test_on_both;

const PATH: &str = "/assets/exist";

async fn existing(server: &Server, user: &User, device: &str, names: &[&str]) -> Vec<String> {
    let body = json!({"deviceId": device, "deviceAssetIds": names});
    let answer = Answer::of(server.post(user, PATH).json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut found: Vec<String> =
        serde_json::from_value(answer.json["existingIds"].clone()).expect("a list of names");
    found.sort();
    found
}

test_on_both! {
    async fn every_way_in_with_every_permission_asks(server: Server) {
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        let body = json!({"deviceId": "test", "deviceAssetIds": ["picture-1.jpg"]});
        let door = Door::new(Method::POST, PATH, "all").body(body);
        for answer in door.open(&server, 200).await {
            assert_eq!(answer.json, json!({"existingIds": ["picture-1.jpg"]}));
        }
        door.assert_closed(&server).await;
    }
}

test_on_both! {
    async fn only_what_this_device_uploaded_for_the_caller_exists(server: Server) {
        let (owner, other) = (&server.admin, User::another(&server, "other@example.org").await);
        for picture in [
            Picture::jpeg(1).with("deviceAssetId", "one"),
            Picture::jpeg(2).with("deviceAssetId", "ünï 😀 %_'"),
            Picture::jpeg(3).with("deviceAssetId", "elsewhere").with("deviceId", "another device"),
        ] {
            owner.upload(&server, &picture).await;
        }
        let trashed = owner.upload(&server, &Picture::jpeg(4).with("deviceAssetId", "trashed")).await;
        owner.trash(&server, trashed).await;
        other.upload(&server, &Picture::jpeg(5).with("deviceAssetId", "theirs")).await;
        let asked = ["one", "ünï 😀 %_'", "elsewhere", "trashed", "theirs", "unknown", "%", "on"];
        assert_eq!(existing(&server, owner, "test", &asked).await, ["one", "trashed", "ünï 😀 %_'"]);
        assert_eq!(existing(&server, owner, "another device", &asked).await, ["elsewhere"]);
        assert_eq!(existing(&server, &other, "test", &asked).await, ["theirs"]);
        assert!(existing(&server, owner, "no such device", &asked).await.is_empty());
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let ids = "deviceAssetIds";
        for (changed, value, rules) in [
            (ids, Value::Null, vec!["deviceAssetIds must be an array", "each value in deviceAssetIds must be a string"]),
            (ids, json!("x"), vec!["deviceAssetIds must be an array", "each value in deviceAssetIds must be a string"]),
            (ids, json!([]), vec!["deviceAssetIds must contain at least 1 elements"]),
            (ids, json!(["a", 1]), vec!["each value in deviceAssetIds must be a string"]),
            (ids, json!(["a", ""]), vec!["each value in deviceAssetIds should not be empty"]),
            ("deviceId", Value::Null, vec!["deviceId must be a string", "deviceId should not be empty"]),
            ("deviceId", json!(1), vec!["deviceId must be a string"]),
            ("deviceId", json!(""), vec!["deviceId should not be empty"]),
        ] {
            let mut body = json!({"deviceId": "test", "deviceAssetIds": ["a"]});
            body[changed] = value;
            assert_invalid(server.post(&server.admin, PATH).json(&body), &rules).await;
        }
    }
}

#[tokio::test]
async fn the_longest_list_is_a_setting() {
    let server =
        Server::start_with(Engine::Sqlite, |options| options.with("max-list-items", 2)).await;
    let body = json!({"deviceId": "test", "deviceAssetIds": ["a", "b", "c"]});
    let answer = Answer::of(server.post(&server.admin, PATH).json(&body)).await;
    let said = answer.json["message"].as_array().expect("rules");
    assert!(
        said.contains(&json!(
            "deviceAssetIds must contain no more than 2 elements"
        )),
        "{answer:?}"
    );
}
