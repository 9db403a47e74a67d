//! `GET /notifications` and `/notifications/{id}`

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{id_of, list, tell, titles};
use crate::support::{Answer, Door, Engine, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

const MISSING: &str = "Not found or no notification.read access";

test_on_both! {
    async fn the_newest_comes_first_and_each_filter_leaves_out_the_rest(server: Server) {
        let me = &server.admin;
        let first = tell(&server, me, json!({"title": "First", "level": "warning"})).await;
        tell(&server, me, json!({"title": "Second", "type": "SystemMessage", "readAt": "2024-05-06T07:08:09.000Z"})).await;
        tell(&server, me, json!({"title": "Third", "type": "BackupFailed", "level": "error"})).await;
        let id = id_of(&first);
        for (query, expected) in [
            ("", vec!["Third", "Second", "First"]),
            ("?unread=true", vec!["Third", "First"]),
            ("?unread=false", vec!["Third", "Second", "First"]),
            ("?level=error", vec!["Third"]),
            ("?type=SystemMessage", vec!["Second"]),
            ("?type=Custom", vec!["First"]),
            (&format!("?id={id}"), vec!["First"]),
            (&format!("?id={id}&level=error"), vec![]),
        ] {
            assert_eq!(titles(&list(&server, me, query).await), expected, "{query}");
        }
        let shown = Answer::of(server.get(me, &format!("/notifications/{id}"))).await;
        assert_eq!((shown.status, &shown.json), (200, &first), "{shown:?}");
    }
}

test_on_both! {
    async fn what_is_someone_elses_is_as_good_as_missing(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let mine = id_of(&tell(&server, &server.admin, json!({})).await);
        assert!(list(&server, &other, "").await.is_empty());
        assert!(list(&server, &other, &format!("?id={mine}")).await.is_empty());
        for id in [mine, Uuid::new_v4()] {
            assert_refused(server.get(&other, &format!("/notifications/{id}")), 400, MISSING).await;
        }
    }
}

async fn is_no_longer_than_the_setting(engine: Engine) {
    let server = Server::start_with(engine, |options| options.with("max-notifications", 2)).await;
    for title in ["First", "Second", "Third"] {
        tell(&server, &server.admin, json!({"title": title})).await;
    }
    let listed = list(&server, &server.admin, "").await;
    assert_eq!(titles(&listed), ["Third", "Second"]);
}

#[tokio::test]
async fn a_list_is_no_longer_than_the_setting_on_sqlite() {
    is_no_longer_than_the_setting(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_list_is_no_longer_than_the_setting_on_postgres() {
    is_no_longer_than_the_setting(Engine::Postgres).await;
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let me = &server.admin;
        for (query, rule) in [
            ("id=1", "id must be a UUID"),
            ("level=loud", "level must be one of the following values: success, error, warning, info"),
            (
                "type=Gossip",
                "type must be one of the following values: JobFailed, BackupFailed, SystemMessage, AlbumInvite, \
                 AlbumUpdate, Custom",
            ),
            ("unread=maybe", "unread must be a boolean value"),
        ] {
            assert_invalid(server.get(me, &format!("/notifications?{query}")), &[rule]).await;
        }
        assert_invalid(server.get(me, "/notifications/1"), &["id must be a UUID"]).await;
    }
}

test_on_both! {
    async fn users_and_keys_with_the_permission_read(server: Server) {
        let door = Door::new(Method::GET, "/notifications", "notification.read");
        door.assert_closed(&server).await;
        door.open(&server, 200).await;
        let id = id_of(&tell(&server, &server.admin, json!({})).await);
        let path = format!("/notifications/{id}");
        Door::new(Method::GET, &path, "notification.read").open(&server, 200).await;
    }
}
