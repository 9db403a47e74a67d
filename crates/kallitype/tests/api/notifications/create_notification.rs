//! `POST /admin/notifications`

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{id_of, list, tell};
use crate::support::{Credential, Door, User, assert_invalid, assert_refused};
use crate::test_on_both;

const PATH: &str = "/admin/notifications";

test_on_both! {
    async fn a_user_is_told_what_was_said(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let plain = tell(&server, &other, json!({})).await;
        let expected = json!({
            "id": plain["id"], "createdAt": plain["createdAt"], "title": "Something", "level": "info", "type": "Custom",
        });
        assert_eq!(plain, expected);
        assert!(plain["createdAt"].as_str().is_some_and(|time| time.ends_with('Z')), "{plain}");
        let full = json!({
            "title": "<b>Zoë</b>", "description": "More of it", "level": "success", "type": "SystemMessage",
            "data": {"deep": {"list": [1, null]}}, "readAt": "2024-05-06T07:08:09.000Z",
        });
        let told = tell(&server, &other, full.clone()).await;
        for (name, value) in full.as_object().expect("an object") {
            assert_eq!(&told[name], value, "{name}");
        }
        let listed = list(&server, &other, "").await;
        assert_eq!(listed, [told, plain]);
        assert!(list(&server, &server.admin, "").await.is_empty());
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let me = &server.admin;
        let user = me.id;
        let long = "x".repeat(1001);
        for (body, rules) in [
            (json!({}), vec!["title must be a string", "title should not be empty", "userId must be a UUID"]),
            (json!({"userId": user, "title": ""}), vec!["title should not be empty"]),
            (json!({"userId": user, "title": long}), vec!["title must be shorter than or equal to 1000 characters"]),
            (json!({"userId": "me", "title": "x"}), vec!["userId must be a UUID"]),
            (json!({"userId": user, "title": "x", "data": 5}), vec!["data must be an object"]),
            (
                json!({"userId": user, "title": "x", "data": {"x": "x".repeat(70_000)}}),
                vec!["data must have at most 65536 bytes"],
            ),
            (
                json!({"userId": user, "title": "x", "readAt": "soon"}),
                vec!["readAt must be a valid ISO 8601 date string"],
            ),
            (
                json!({"userId": user, "title": "x", "level": "loud"}),
                vec!["level must be one of the following values: success, error, warning, info"],
            ),
        ] {
            assert_invalid(server.post(me, PATH).json(&body), &rules).await;
        }
        let nobody = json!({"userId": Uuid::new_v4(), "title": "x"});
        assert_refused(server.post(me, PATH).json(&nobody), 400, "User not found").await;
        let nothing = json!({"userId": user, "title": "x", "data": null, "description": null, "readAt": null});
        id_of(&tell(&server, me, nothing).await);
    }
}

test_on_both! {
    async fn only_administrators_with_every_permission_tell(server: Server) {
        let body = json!({"userId": server.admin.id, "title": "x"});
        let door = Door::new(Method::POST, PATH, "all").body(body);
        door.assert_closed(&server).await;
        door.open(&server, 201).await;
        let other = User::another(&server, "other@example.org").await;
        for way in [Credential::from(&other), other.api_key(&server, &["all"]).await] {
            assert_refused(door.request(&server, &way), 403, "Forbidden").await;
        }
    }
}
