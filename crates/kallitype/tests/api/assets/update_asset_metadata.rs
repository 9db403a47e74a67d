//! `PUT /assets/{id}/metadata`

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Credential, Engine, Picture, Server, User, assert_invalid, assert_refused,
};
use crate::test_on_both;

fn put(
    server: &Server,
    credential: impl Into<Credential>,
    id: impl std::fmt::Display,
    items: Value,
) -> RequestBuilder {
    let path = format!("/assets/{id}/metadata");
    server.put(credential, &path).json(&json!({"items": items}))
}

async fn kept(server: &Server, owner: &User, id: Uuid) -> Value {
    Answer::of(server.get(owner, &format!("/assets/{id}/metadata")))
        .await
        .json
}

test_on_both! {
    async fn every_way_in_that_may_update_writes(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let ways = [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.update"]).await,
            owner.api_key(&server, &["all"]).await,
        ];
        for (number, way) in ways.iter().enumerate() {
            let answer = Answer::of(put(&server, way, id, json!([{"key": "a", "value": {"n": number}}]))).await;
            assert_eq!(answer.status, 200, "{way:?} {answer:?}");
            assert_eq!(kept(&server, owner, id).await[0]["value"], json!({"n": number}), "{way:?}");
        }
    }
}

test_on_both! {
    async fn no_one_else_writes(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        let reader = owner.api_key(&server, &["asset.read"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkKey("wrong".into()), 401, "Invalid share key"),
            (reader, 403, "Missing required permission: asset.update"),
            (link, 403, "Forbidden"),
        ] {
            let request = put(&server, &way, id, json!([{"key": "a", "value": {}}]));
            assert_refused(request, status, message).await;
        }
        assert_eq!(kept(&server, owner, id).await, json!([]));
    }
}

test_on_both! {
    async fn what_was_written_is_answered_and_the_rest_stays(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let first = json!([{"key": "b", "value": {"old": [1, null]}}, {"key": "a", "value": {}}]);
        let answer = Answer::of(put(&server, owner, id, first)).await;
        assert_eq!((answer.json[0]["key"].as_str(), answer.json[1]["key"].as_str()), (Some("b"), Some("a")));
        let second = json!([{"key": "b", "value": {"new": {"deep": "ü"}}}, {"key": "c", "value": {}}]);
        let answer = Answer::of(put(&server, owner, id, second)).await;
        assert_eq!(answer.json.as_array().unwrap().len(), 2, "only what was written: {answer:?}");
        assert_eq!(answer.json[0]["value"], json!({"new": {"deep": "ü"}}), "replaced, not merged");

        let list = kept(&server, owner, id).await;
        let keys: Vec<_> = list.as_array().unwrap().iter().map(|item| item["key"].as_str().unwrap()).collect();
        assert_eq!(keys, ["a", "b", "c"]);
        assert_eq!(list[1], answer.json[0], "the answer is what is kept");
    }
}

test_on_both! {
    async fn nothing_to_write_is_fine(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let answer = Answer::of(put(&server, owner, id, json!([]))).await;
        assert_eq!((answer.status, answer.json), (200, json!([])));
    }
}

test_on_both! {
    async fn any_key_up_to_255_characters_is_kept(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        for key in ["mobile-app".to_owned(), "a key / of my own?".to_owned(), "ü".repeat(255)] {
            let answer = Answer::of(put(&server, owner, id, json!([{"key": key, "value": {"x": 1}}]))).await;
            assert_eq!((answer.status, &answer.json[0]["key"]), (200, &json!(key)), "{answer:?}");
        }
        assert_eq!(kept(&server, owner, id).await.as_array().unwrap().len(), 3);
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        for (items, rules) in [
            (json!("x"), vec!["items must be an array"]),
            (json!(["x"]), vec!["each value in nested property items must be either object or array"]),
            (json!([{}]), vec![
                "items.0.key must be a string",
                "items.0.key should not be empty",
                "items.0.value must be an object",
                "items.0.value should not be empty",
            ]),
            (json!([{"key": "", "value": {}}]), vec!["items.0.key should not be empty"]),
            (json!([{"key": 1, "value": {}}]), vec!["items.0.key must be a string"]),
            (json!([{"key": "a", "value": {}}, {"key": "x".repeat(256), "value": {}}]), vec![
                "items.1.key must be shorter than or equal to 255 characters",
            ]),
            (json!([{"key": "a", "value": "text"}]), vec!["items.0.value must be an object"]),
            (json!([{"key": "a", "value": [1]}]), vec!["items.0.value must be an object"]),
            (json!([{"key": "a", "value": null}]), vec!["items.0.value must be an object"]),
        ] {
            assert_invalid(put(&server, owner, id, items), &rules).await;
        }
        let without = server.put(owner, &format!("/assets/{id}/metadata")).json(&json!({}));
        assert_invalid(without, &["items must be an array"]).await;
        let twice = json!([{"key": "b", "value": {}}, {"key": "a", "value": {}}, {"key": "a", "value": {}}]);
        assert_refused(put(&server, owner, id, twice), 400, "Duplicate items are not allowed: a").await;
        assert_eq!(kept(&server, owner, id).await, json!([]));
    }
}

test_on_both! {
    async fn only_reachable_assets_are_written_to(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let theirs = other.upload(&server, &Picture::jpeg(1)).await;
        let items = json!([{"key": "a", "value": {}}]);
        for id in [theirs, Uuid::new_v4()] {
            assert_refused(put(&server, owner, id, items.clone()), 400, "Not found or no asset.update access").await;
        }
        assert_eq!(kept(&server, &other, theirs).await, json!([]));
        assert_invalid(put(&server, owner, "x", items), &["id must be a UUID"]).await;
    }
}

test_on_both! {
    async fn the_trash_can_be_written_to_and_the_lock_only_when_open(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let items = json!([{"key": "a", "value": {}}]);
        owner.trash(&server, id).await;
        assert_eq!(Answer::of(put(&server, owner, id, items.clone())).await.status, 200);

        let locked = owner.upload(&server, &Picture::jpeg(2).with("visibility", "locked")).await;
        let key = owner.api_key(&server, &["all"]).await;
        let refusal = "Not found or no asset.update access";
        assert_refused(put(&server, owner, locked, items.clone()), 400, refusal).await;
        owner.unlock(&server).await;
        assert_refused(put(&server, &key, locked, items.clone()), 400, refusal).await;
        assert_eq!(Answer::of(put(&server, owner, locked, items)).await.status, 200);
    }
}

/// Keys and values that an app keeps, of so many bytes in all.
fn of_bytes(key: &str, bytes: usize) -> Value {
    let frame = key.len() + json!({"x": ""}).to_string().len();
    json!({"key": key, "value": {"x": "y".repeat(bytes - frame)}})
}

async fn is_limited(engine: Engine) {
    let server = Server::start_with(engine, |options| {
        options
            .with("max-metadata-keys", 3)
            .with("max-metadata-bytes", 100)
    })
    .await;
    let owner = &server.admin;
    let id = owner.upload(&server, &Picture::jpeg(1)).await;
    let refusal = "The metadata of an asset must be no more than 3 keys and 100 bytes";
    let keep = async |items: Value| Answer::of(put(&server, owner, id, items)).await.status;
    assert_eq!(
        keep(json!([of_bytes("a", 60), of_bytes("b", 40)])).await,
        200
    );
    let before = kept(&server, owner, id).await;
    assert_refused(
        put(&server, owner, id, json!([of_bytes("c", 20)])),
        400,
        refusal,
    )
    .await;
    assert_refused(
        put(&server, owner, id, json!([of_bytes("b", 41)])),
        400,
        refusal,
    )
    .await;
    let many = ["b", "c", "d", "e"].map(|key| of_bytes(key, 10));
    assert_refused(put(&server, owner, id, json!(many)), 400, refusal).await;
    assert_eq!(kept(&server, owner, id).await, before);

    assert_eq!(
        keep(json!([of_bytes("a", 40), of_bytes("c", 20)])).await,
        200
    );
    let path = format!("/assets/{id}/metadata/a");
    assert_eq!(Answer::of(server.delete(owner, &path)).await.status, 204);
    assert_eq!(keep(json!([of_bytes("d", 40)])).await, 200);
    assert_refused(
        put(&server, owner, id, json!([of_bytes("e", 10)])),
        400,
        refusal,
    )
    .await;
}

#[tokio::test]
async fn an_asset_has_a_limit_on_sqlite() {
    is_limited(Engine::Sqlite).await;
}

#[tokio::test]
async fn an_asset_has_a_limit_on_postgres() {
    is_limited(Engine::Postgres).await;
}

/// Of two at once that fit alone, but not together, one is refused.
#[tokio::test]
async fn the_limit_holds_for_two_at_once() {
    let server = Server::start_with(Engine::Postgres, |options| {
        options.with("max-metadata-bytes", 100)
    })
    .await;
    let owner = &server.admin;
    for seed in 0..10 {
        let id = owner.upload(&server, &Picture::jpeg(seed)).await;
        let keep = async |key: &str| {
            Answer::of(put(&server, owner, id, json!([of_bytes(key, 60)])))
                .await
                .status
        };
        let mut statuses: [u16; 2] = tokio::join!(keep("a"), keep("b")).into();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    }
}

/// What was more than may be kept before there was a limit stays, and may become less.
#[tokio::test]
async fn what_is_over_the_limit_can_be_made_less() {
    let mut server = Server::start(Engine::Sqlite).await;
    let owner = server.admin.clone();
    let id = owner.upload(&server, &Picture::jpeg(1)).await;
    let items = json!([of_bytes("a", 200), of_bytes("b", 200)]);
    assert_eq!(
        Answer::of(put(&server, &owner, id, items)).await.status,
        200
    );
    server.stop();
    server.options = server.options.clone().with("max-metadata-bytes", 100);
    server.start_again();
    let refusal = "The metadata of an asset must be no more than 100 keys and 100 bytes";
    assert_refused(
        put(&server, &owner, id, json!([of_bytes("a", 201)])),
        400,
        refusal,
    )
    .await;
    let answer = Answer::of(put(&server, &owner, id, json!([of_bytes("a", 150)]))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}
