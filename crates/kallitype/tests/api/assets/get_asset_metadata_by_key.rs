//! `GET /assets/{id}/metadata/{key}`

use serde_json::json;
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

fn path(id: impl std::fmt::Display) -> String {
    format!("/assets/{id}/metadata/mobile-app")
}

/// An upload that the mobile app keeps a value with.
async fn noted(server: &Server, owner: &User) -> Uuid {
    let items = r#"[{"key": "mobile-app", "value": {"iCloudId": "x"}}]"#;
    owner
        .upload(server, &Picture::jpeg(1).with("metadata", items))
        .await
}

test_on_both! {
    async fn every_way_in_that_may_read_reads(server: Server) {
        let owner = &server.admin;
        let id = noted(&server, owner).await;
        for way in [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.read"]).await,
            owner.api_key(&server, &["all"]).await,
        ] {
            let answer = Answer::of(server.get(&way, &path(id))).await;
            assert_eq!(answer.status, 200, "{way:?} {answer:?}");
            assert_eq!(answer.json["key"], "mobile-app");
            assert_eq!(answer.json["value"], json!({"iCloudId": "x"}));
            assert!(answer.json["updatedAt"].as_str().unwrap().ends_with('Z'));
        }
    }
}

test_on_both! {
    async fn no_one_else_reads(server: Server) {
        let owner = &server.admin;
        let id = noted(&server, owner).await;
        let link = owner.share_key(&server, &[id], json!({})).await;
        let writer = owner.api_key(&server, &["asset.update"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkSlug("wrong".into()), 401, "Invalid share slug"),
            (writer, 403, "Missing required permission: asset.read"),
            (link, 403, "Forbidden"),
        ] {
            assert_refused(server.get(&way, &path(id)), status, message).await;
        }
    }
}

test_on_both! {
    async fn a_key_without_a_value_is_named(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let message = format!("Metadata with key \"mobile-app\" not found for asset with id \"{id}\"");
        assert_refused(server.get(owner, &path(id)), 400, &message).await;
    }
}

test_on_both! {
    async fn a_key_may_hold_anything_an_address_can_say(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        for (key, escaped) in [
            ("a/b c?", "a%2Fb%20c%3F"),
            ("ünï 😀", "%C3%BCn%C3%AF%20%F0%9F%98%80"),
            ("100%", "100%25"),
        ] {
            let body = json!({"items": [{"key": key, "value": {"key": key}}]});
            let request = server.put(owner, &format!("/assets/{id}/metadata")).json(&body);
            assert_eq!(Answer::of(request).await.status, 200, "{key}");
            let answer = Answer::of(server.get(owner, &format!("/assets/{id}/metadata/{escaped}"))).await;
            assert_eq!((answer.status, &answer.json["value"]["key"]), (200, &json!(key)), "{answer:?}");
        }
    }
}

test_on_both! {
    async fn only_reachable_assets_tell_their_values(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let theirs = noted(&server, &other).await;
        for id in [theirs, Uuid::new_v4()] {
            assert_refused(server.get(owner, &path(id)), 400, "Not found or no asset.read access").await;
        }
        assert_invalid(server.get(owner, &path("x")), &["id must be a UUID"]).await;
    }
}

test_on_both! {
    async fn the_trash_keeps_values_and_the_lock_hides_them(server: Server) {
        let owner = &server.admin;
        let id = noted(&server, owner).await;
        owner.trash(&server, id).await;
        assert_eq!(Answer::of(server.get(owner, &path(id))).await.status, 200);

        let locking = owner.update(&server, id, json!({"visibility": "locked"})).await;
        assert_eq!(locking.status, 200);
        let key = owner.api_key(&server, &["all"]).await;
        let refusal = "Not found or no asset.read access";
        assert_refused(server.get(owner, &path(id)), 400, refusal).await;
        owner.unlock(&server).await;
        assert_eq!(Answer::of(server.get(owner, &path(id))).await.status, 200);
        assert_refused(server.get(&key, &path(id)), 400, refusal).await;
    }
}
