//! `PUT /notifications` and `/notifications/{id}`

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{id_of, list, tell};
use crate::support::{Answer, Door, User, assert_invalid, assert_refused};
use crate::test_on_both;

const MISSING: &str = "Not found or no notification.update access";
const MOMENT: &str = "2024-05-06T07:08:09.000Z";

test_on_both! {
    async fn one_is_read_and_unread_again(server: Server) {
        let me = &server.admin;
        let before = tell(&server, me, json!({"description": "More"})).await;
        let path = format!("/notifications/{}", id_of(&before));
        let read = Answer::of(server.put(me, &path).json(&json!({"readAt": MOMENT}))).await;
        assert_eq!((read.status, &read.json["readAt"]), (200, &json!(MOMENT)), "{read:?}");
        let unchanged = Answer::of(server.put(me, &path).json(&json!({}))).await;
        assert_eq!((unchanged.status, &unchanged.json), (200, &read.json), "{unchanged:?}");
        let unread = Answer::of(server.put(me, &path).json(&json!({"readAt": null}))).await;
        assert_eq!((unread.status, unread.json), (200, before));
    }
}

test_on_both! {
    async fn several_are_read_at_once(server: Server) {
        let me = &server.admin;
        let (mut ids, mut all) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            all.push(id_of(&tell(&server, me, json!({})).await));
        }
        ids.extend(&all[..2]);
        // Naming one twice changes nothing.
        ids.push(all[0]);
        let body = json!({"ids": ids, "readAt": MOMENT});
        assert_eq!(Answer::of(server.put(me, "/notifications").json(&body)).await.status, 204);
        let unread: Vec<Uuid> = list(&server, me, "?unread=true").await.iter().map(id_of).collect();
        assert_eq!(unread, all[2..]);
        let nothing = json!({"ids": []});
        assert_eq!(Answer::of(server.put(me, "/notifications").json(&nothing)).await.status, 204);
    }
}

test_on_both! {
    async fn one_that_is_someone_elses_refuses_the_whole_list(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let mine = id_of(&tell(&server, &server.admin, json!({})).await);
        let theirs = id_of(&tell(&server, &other, json!({})).await);
        for foreign in [mine, Uuid::new_v4()] {
            let body = json!({"ids": [theirs, foreign], "readAt": MOMENT});
            assert_refused(server.put(&other, "/notifications").json(&body), 400, MISSING).await;
            let one = server.put(&other, &format!("/notifications/{foreign}"));
            assert_refused(one.json(&json!({"readAt": MOMENT})), 400, MISSING).await;
        }
        assert_eq!(list(&server, &other, "?unread=true").await.len(), 1);
        assert_eq!(list(&server, &server.admin, "?unread=true").await.len(), 1);
    }
}

test_on_both! {
    async fn every_change_can_be_followed(server: Server) {
        let me = &server.admin;
        let id = id_of(&tell(&server, me, json!({})).await);
        let newer = "UPDATE notification SET title = title WHERE update_id <> id";
        server.execute_sql("UPDATE notification SET update_id = id").await;
        assert_eq!(server.execute_sql(newer).await, 0);
        let request = server.put(me, &format!("/notifications/{id}"));
        assert_eq!(Answer::of(request.json(&json!({"readAt": MOMENT}))).await.status, 200);
        assert_eq!(server.execute_sql(newer).await, 1);
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let me = &server.admin;
        let date = "readAt must be a valid ISO 8601 date string";
        for (body, rules) in [
            (json!({}), vec!["ids must be an array", "each value in ids must be a UUID"]),
            (json!({"ids": ["x"]}), vec!["each value in ids must be a UUID"]),
            (json!({"ids": [], "readAt": "soon"}), vec![date]),
        ] {
            assert_invalid(server.put(me, "/notifications").json(&body), &rules).await;
        }
        let id = id_of(&tell(&server, me, json!({})).await);
        let request = server.put(me, &format!("/notifications/{id}")).json(&json!({"readAt": 5}));
        assert_invalid(request, &[date]).await;
        assert_eq!(list(&server, me, "").await[0].get("readAt"), None::<&Value>);
    }
}

test_on_both! {
    async fn users_and_keys_with_the_permission_update(server: Server) {
        let door = Door::new(Method::PUT, "/notifications", "notification.update").body(json!({"ids": []}));
        door.assert_closed(&server).await;
        door.open(&server, 204).await;
        let id = id_of(&tell(&server, &server.admin, json!({})).await);
        let path = format!("/notifications/{id}");
        Door::new(Method::PUT, &path, "notification.update").open(&server, 200).await;
    }
}
