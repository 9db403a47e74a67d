//! `DELETE /assets/{id}/metadata/{key}`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

fn path(id: impl std::fmt::Display, key: &str) -> String {
    format!("/assets/{id}/metadata/{key}")
}

/// An upload that values are kept with, under these keys.
async fn noted(server: &Server, owner: &User, keys: &[&str]) -> Uuid {
    let items: Vec<Value> = keys
        .iter()
        .map(|key| json!({"key": key, "value": {}}))
        .collect();
    let picture = Picture::jpeg(1).with("metadata", &json!(items).to_string());
    owner.upload(server, &picture).await
}

async fn keys(server: &Server, owner: &User, id: Uuid) -> Vec<String> {
    let answer = Answer::of(server.get(owner, &format!("/assets/{id}/metadata"))).await;
    let list = answer.json.as_array().expect("a list");
    list.iter()
        .map(|item| item["key"].as_str().expect("a key").to_owned())
        .collect()
}

test_on_both! {
    async fn every_way_in_that_may_update_deletes(server: Server) {
        let owner = &server.admin;
        let id = noted(&server, owner, &["0", "1", "2", "3"]).await;
        let ways = [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.update"]).await,
            owner.api_key(&server, &["all"]).await,
        ];
        for (number, way) in ways.iter().enumerate() {
            let answer = Answer::of(server.delete(way, &path(id, &number.to_string()))).await;
            assert_eq!((answer.status, answer.bytes.len()), (204, 0), "{way:?} {answer:?}");
            assert_eq!(keys(&server, owner, id).await.len(), 3 - number, "{way:?}");
        }
    }
}

test_on_both! {
    async fn no_one_else_deletes(server: Server) {
        let owner = &server.admin;
        let id = noted(&server, owner, &["mobile-app"]).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        let reader = owner.api_key(&server, &["asset.read", "asset.delete"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkKey("wrong".into()), 401, "Invalid share key"),
            (reader, 403, "Missing required permission: asset.update"),
            (link, 403, "Forbidden"),
        ] {
            assert_refused(server.delete(&way, &path(id, "mobile-app")), status, message).await;
        }
        assert_eq!(keys(&server, owner, id).await, ["mobile-app"]);
    }
}

test_on_both! {
    async fn one_value_goes_and_the_others_stay(server: Server) {
        let owner = &server.admin;
        let id = noted(&server, owner, &["mobile-app", "mine", "a/b"]).await;
        for key in ["mobile-app", "a%2Fb"] {
            assert_eq!(Answer::of(server.delete(owner, &path(id, key))).await.status, 204);
        }
        assert_eq!(keys(&server, owner, id).await, ["mine"]);
        assert_eq!(Answer::of(server.get(owner, &path(id, "mobile-app"))).await.status, 400);
    }
}

test_on_both! {
    async fn what_is_not_there_is_deleted_already(server: Server) {
        let owner = &server.admin;
        let id = noted(&server, owner, &["mine"]).await;
        for _ in 0..2 {
            assert_eq!(Answer::of(server.delete(owner, &path(id, "mobile-app"))).await.status, 204);
        }
        assert_eq!(keys(&server, owner, id).await, ["mine"]);
    }
}

test_on_both! {
    async fn only_reachable_assets_lose_values(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let theirs = noted(&server, &other, &["mine"]).await;
        for id in [theirs, Uuid::new_v4()] {
            let request = server.delete(owner, &path(id, "mine"));
            assert_refused(request, 400, "Not found or no asset.update access").await;
        }
        assert_eq!(keys(&server, &other, theirs).await, ["mine"]);
        assert_invalid(server.delete(owner, &path("x", "mine")), &["id must be a UUID"]).await;
    }
}

test_on_both! {
    async fn the_trash_loses_values_and_the_lock_only_when_open(server: Server) {
        let owner = &server.admin;
        let id = noted(&server, owner, &["a", "b"]).await;
        owner.trash(&server, id).await;
        assert_eq!(Answer::of(server.delete(owner, &path(id, "a"))).await.status, 204);

        let locking = owner.update(&server, id, json!({"visibility": "locked"})).await;
        assert_eq!(locking.status, 200);
        let key = owner.api_key(&server, &["all"]).await;
        let refusal = "Not found or no asset.update access";
        assert_refused(server.delete(owner, &path(id, "b")), 400, refusal).await;
        owner.unlock(&server).await;
        assert_refused(server.delete(&key, &path(id, "b")), 400, refusal).await;
        assert_eq!(keys(&server, owner, id).await, ["b"]);
        assert_eq!(Answer::of(server.delete(owner, &path(id, "b"))).await.status, 204);
    }
}
