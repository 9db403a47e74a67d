//! `GET /assets/{id}/metadata`

use serde_json::json;
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

fn path(id: impl std::fmt::Display) -> String {
    format!("/assets/{id}/metadata")
}

/// An upload that an app keeps two values with.
async fn noted(server: &Server, owner: &User) -> Uuid {
    let items = r#"[{"key": "zebra", "value": {"stripes": 26}}, {"key": "mobile-app", "value": {"iCloudId": "x"}}]"#;
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
            assert_eq!(answer.json.as_array().unwrap().len(), 2, "{way:?}");
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
            (Credential::Cookie("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkKey("wrong".into()), 401, "Invalid share key"),
            (writer, 403, "Missing required permission: asset.read"),
            (link, 403, "Forbidden"),
        ] {
            assert_refused(server.get(&way, &path(id)), status, message).await;
        }
    }
}

test_on_both! {
    async fn the_values_are_listed_by_key(server: Server) {
        let owner = &server.admin;
        let id = noted(&server, owner).await;
        let answer = Answer::of(server.get(owner, &path(id))).await;
        let list = answer.json.as_array().unwrap();
        let pairs: Vec<_> = list.iter().map(|item| (item["key"].as_str().unwrap(), item["value"].clone())).collect();
        assert_eq!(pairs, [("mobile-app", json!({"iCloudId": "x"})), ("zebra", json!({"stripes": 26}))]);
        for item in list {
            assert_eq!(item.as_object().unwrap().len(), 3);
            let moment = item["updatedAt"].as_str().unwrap();
            assert!(moment.len() == 24 && moment.ends_with('Z'), "{moment}");
        }
    }
}

test_on_both! {
    async fn an_asset_without_values_answers_an_empty_list(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let answer = Answer::of(server.get(owner, &path(id))).await;
        assert_eq!((answer.status, answer.json), (200, json!([])));
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

        let locked = owner.upload(&server, &Picture::jpeg(2).with("visibility", "locked")).await;
        let key = owner.api_key(&server, &["all"]).await;
        let refusal = "Not found or no asset.read access";
        assert_refused(server.get(owner, &path(locked)), 400, refusal).await;
        owner.unlock(&server).await;
        assert_eq!(Answer::of(server.get(owner, &path(locked))).await.status, 200);
        assert_refused(server.get(&key, &path(locked)), 400, refusal).await;
    }
}
