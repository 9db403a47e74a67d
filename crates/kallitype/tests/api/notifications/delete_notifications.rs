//! `DELETE /notifications` and `/notifications/{id}`, and what is deleted without being asked for.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{id_of, list, tell, titles};
use crate::support::{
    Answer, Door, Engine, Server, User, assert_invalid, assert_refused, eventually,
};
use crate::test_on_both;

const MISSING: &str = "Not found or no notification.delete access";

/// How many notifications are said to be gone.
async fn tombstones(server: &Server) -> u64 {
    let sql = "UPDATE tombstone SET part = NULL WHERE entity = 'notification'";
    server.execute_sql(sql).await
}

test_on_both! {
    async fn one_or_several_are_gone_and_clients_are_told(server: Server) {
        let me = &server.admin;
        let mut ids = Vec::new();
        for title in ["First", "Second", "Third", "Fourth"] {
            ids.push(id_of(&tell(&server, me, json!({"title": title})).await));
        }
        let one = server.delete(me, &format!("/notifications/{}", ids[0]));
        assert_eq!(Answer::of(one).await.status, 204);
        let several = server.delete(me, "/notifications").json(&json!({"ids": ids[1..3]}));
        assert_eq!(Answer::of(several).await.status, 204);
        assert_eq!(titles(&list(&server, me, "").await), ["Fourth"]);
        assert_refused(server.delete(me, &format!("/notifications/{}", ids[0])), 400, MISSING).await;
        assert_eq!(tombstones(&server).await, 3);
    }
}

test_on_both! {
    async fn one_that_is_someone_elses_refuses_the_whole_list(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let mine = id_of(&tell(&server, &server.admin, json!({})).await);
        let theirs = id_of(&tell(&server, &other, json!({})).await);
        for foreign in [mine, Uuid::new_v4()] {
            let several = server.delete(&other, "/notifications").json(&json!({"ids": [theirs, foreign]}));
            assert_refused(several, 400, MISSING).await;
            let one = server.delete(&other, &format!("/notifications/{foreign}"));
            assert_refused(one, 400, MISSING).await;
        }
        assert_eq!(list(&server, &other, "").await.len(), 1);
        assert_eq!(list(&server, &server.admin, "").await.len(), 1);
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let rules = ["ids must be an array", "each value in ids must be a UUID"];
        assert_invalid(server.delete(&server.admin, "/notifications").json(&json!({})), &rules).await;
        let ids = json!({"ids": [1]});
        assert_invalid(server.delete(&server.admin, "/notifications").json(&ids), &rules[1..]).await;
    }
}

test_on_both! {
    async fn users_and_keys_with_the_permission_delete(server: Server) {
        let door = Door::new(Method::DELETE, "/notifications", "notification.delete").body(json!({"ids": []}));
        door.assert_closed(&server).await;
        door.open(&server, 204).await;
    }
}

/// What was read long ago goes by itself; what was not read, or is new, stays.
async fn the_old_ones_go(engine: Engine) {
    let server = Server::start_with(engine, |options| {
        options
            .with("notification-days", 3)
            .with("notification-interval-seconds", 1)
    })
    .await;
    let me = &server.admin;
    let read = json!("2024-05-06T07:08:09.000Z");
    tell(
        &server,
        me,
        json!({"title": "Old and read", "readAt": read}),
    )
    .await;
    tell(&server, me, json!({"title": "Old"})).await;
    server
        .execute_sql("UPDATE notification SET created_at = created_at - 300000000000")
        .await;
    tell(&server, me, json!({"title": "Read", "readAt": read})).await;
    let left = eventually("the old one's end", async || {
        let left = list(&server, me, "").await;
        (left.len() < 3).then_some(left)
    })
    .await;
    assert_eq!(titles(&left), ["Read", "Old"]);
    assert_eq!(tombstones(&server).await, 1);
}

#[tokio::test]
async fn old_ones_that_were_read_go_on_sqlite() {
    the_old_ones_go(Engine::Sqlite).await;
}

#[tokio::test]
async fn old_ones_that_were_read_go_on_postgres() {
    the_old_ones_go(Engine::Postgres).await;
}
