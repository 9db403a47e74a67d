//! `/api-keys`

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Answer, Credential, User, assert_invalid, assert_refused};
use crate::test_on_both;

test_on_both! {
    async fn a_key_is_made_listed_changed_and_removed(server: Server) {
        let owner = &server.admin;
        let body = json!({"name": "frame", "permissions": ["asset.read", "asset.view"]});
        let made = Answer::of(server.post(owner, "/api-keys").json(&body)).await;
        assert_eq!(made.status, 201);
        let secret = made.json["secret"].as_str().expect("a secret").to_owned();
        let id = made.json["apiKey"]["id"].as_str().expect("an id").to_owned();
        let listed = Answer::of(server.get(owner, "/api-keys")).await;
        assert_eq!(listed.json, json!([made.json["apiKey"]]));
        assert!(!String::from_utf8_lossy(&listed.bytes).contains(&secret), "shown only once");
        let key = Credential::ApiKey(secret);
        assert_eq!(Answer::of(server.get(&key, "/api-keys/me")).await.json["id"], json!(id));
        let path = format!("/api-keys/{id}");
        let changed = Answer::of(server.put(owner, &path).json(&json!({"name": "wall"}))).await;
        assert_eq!(changed.json["name"], "wall");
        assert_eq!(changed.json["permissions"], json!(["asset.read", "asset.view"]));
        assert_eq!(Answer::of(server.delete(owner, &path)).await.status, 204);
        assert_refused(server.get(&key, "/api-keys/me"), 401, "Invalid API key").await;
    }
}

test_on_both! {
    async fn a_key_never_grants_more_than_it_has(server: Server) {
        let owner = &server.admin;
        let few = owner.api_key(&server, &["apiKey.create", "apiKey.update", "apiKey.delete", "apiKey.read"]).await;
        let refusal = "Cannot grant permissions you do not have";
        for permissions in [json!(["all"]), json!(["asset.read"])] {
            let request = server.post(&few, "/api-keys").json(&json!({"name": "x", "permissions": permissions}));
            assert_refused(request, 400, refusal).await;
        }
        let own = Answer::of(server.get(&few, "/api-keys/me")).await.id();
        let request = server.put(&few, &format!("/api-keys/{own}")).json(&json!({"permissions": ["all"]}));
        assert_refused(request, 400, refusal).await;
        let all = owner.api_key(&server, &["all"]).await;
        let greater = Answer::of(server.get(&all, "/api-keys/me")).await.id();
        let request = server.put(&few, &format!("/api-keys/{greater}")).json(&json!({"name": "mine"}));
        assert_refused(request, 400, refusal).await;
        assert_refused(server.delete(&few, &format!("/api-keys/{greater}")), 400, refusal).await;
    }
}

test_on_both! {
    async fn another_users_keys_are_out_of_reach(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let key = server.admin.api_key(&server, &["all"]).await;
        let theirs = Answer::of(server.get(&key, "/api-keys/me")).await.id();
        for id in [theirs, Uuid::new_v4()] {
            for method in [Method::GET, Method::DELETE] {
                let request = server.request_as(&other, method, &format!("/api-keys/{id}"));
                assert_refused(request, 400, "API Key not found").await;
            }
        }
    }
}

test_on_both! {
    async fn permissions_are_names_that_exist(server: Server) {
        let request = server.post(&server.admin, "/api-keys").json(&json!({"permissions": []}));
        assert_invalid(request, &["permissions must contain at least 1 elements"]).await;
        let request = server.post(&server.admin, "/api-keys").json(&json!({"permissions": ["asset.everything"]}));
        assert_eq!(Answer::of(request).await.status, 400);
    }
}
