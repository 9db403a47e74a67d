//! `/sync/full-sync` and `/sync/delta-sync`, for apps of before the stream.

use serde_json::{Value, json};
use uuid::Uuid;

use super::share_timeline;
use crate::support::{Answer, Credential, Picture, Server, User, assert_refused};
use crate::test_on_both;

const LATER: &str = "2100-01-01T00:00:00.000Z";

async fn full(server: &Server, who: impl Into<Credential>, body: Value) -> Vec<String> {
    let answer = Answer::of(server.post(who, "/sync/full-sync").json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let list = answer.json.as_array().expect("a list").iter();
    list.map(|asset| asset["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn texts(mut ids: Vec<Uuid>) -> Vec<String> {
    ids.sort();
    ids.iter().map(Uuid::to_string).collect()
}

test_on_both! {
    async fn all_assets_come_page_by_page(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let mut ids = Vec::new();
        for seed in 0..3 {
            ids.push(me.upload(&server, &Picture::jpeg(seed)).await);
        }
        ids.push(me.upload(&server, &Picture::jpeg(3).with("visibility", "archive")).await);
        let trashed = me.upload(&server, &Picture::jpeg(4)).await;
        me.trash(&server, trashed).await;
        let shown = texts(ids[..3].to_vec());
        ids.push(trashed);
        let locked = me.upload(&server, &Picture::jpeg(5).with("visibility", "locked")).await;
        me.upload(&server, &Picture::jpeg(6).with("visibility", "hidden")).await;
        let all = texts(ids.clone());
        let page = |limit: i64, last: Option<&String>| json!({"limit": limit, "updatedUntil": LATER, "lastId": last});
        let without_null = |body: Value| match body["lastId"].is_null() {
            true => json!({"limit": body["limit"], "updatedUntil": body["updatedUntil"]}),
            false => body,
        };
        let first = full(&server, me, without_null(page(3, None))).await;
        assert_eq!(first, all[..3]);
        assert_eq!(full(&server, me, page(3, first.last())).await, all[3..]);
        let key = me.api_key(&server, &["all"]).await;
        assert_eq!(full(&server, &key, without_null(page(100, None))).await, all);
        let long_ago = json!({"limit": 10, "updatedUntil": "2000-01-01T00:00:00.000Z"});
        assert_eq!(full(&server, me, long_ago).await, Vec::<String>::new());
        me.unlock(&server).await;
        ids.push(locked);
        assert_eq!(full(&server, me, without_null(page(100, None))).await, texts(ids));
        let of_mine = json!({"limit": 100, "updatedUntil": LATER, "userId": me.id});
        let ask = server.post(&other, "/sync/full-sync").json(&of_mine);
        assert_refused(ask, 400, "Not found or no timeline.read access").await;
        share_timeline(&server, me, &other).await;
        assert_eq!(full(&server, &other, of_mine).await, shown);
        for body in [json!({"limit": 0, "updatedUntil": LATER}), json!({"updatedUntil": LATER}), json!({"limit": 1})] {
            assert_eq!(Answer::of(server.post(me, "/sync/full-sync").json(&body)).await.status, 400, "{body}");
        }
    }
}

test_on_both! {
    async fn changes_since_a_moment(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let old = me.upload(&server, &Picture::jpeg(1)).await;
        let gone = me.upload(&server, &Picture::jpeg(2)).await;
        let theirs = other.upload(&server, &Picture::jpeg(3)).await;
        server.finish_jobs().await;
        share_timeline(&server, &other, me).await;
        let since = jiff::Timestamp::now().to_string();
        let ask = async |body: Value| Answer::of(server.post(me, "/sync/delta-sync").json(&body)).await.json;
        let both = json!([other.id, me.id]);
        let nothing = json!({"deleted": [], "needsFullSync": false, "upserted": []});
        assert_eq!(ask(json!({"updatedAfter": since, "userIds": both})).await, nothing);
        me.update(&server, old, json!({"isFavorite": true})).await;
        other.update(&server, theirs, json!({"visibility": "archive"})).await;
        let request = server.delete(me, "/assets").json(&json!({"ids": [gone], "force": true}));
        assert_eq!(Answer::of(request).await.status, 204);
        let delta = ask(json!({"updatedAfter": since, "userIds": both})).await;
        assert_eq!(delta["upserted"].as_array().unwrap().len(), 1, "{delta}");
        assert_eq!(delta["upserted"][0]["id"], json!(old));
        let mut deleted: Vec<&str> = delta["deleted"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        deleted.sort_unstable();
        assert_eq!(deleted, texts(vec![gone, theirs]));
        let all = json!({"deleted": [], "needsFullSync": true, "upserted": []});
        for body in [
            json!({"updatedAfter": since, "userIds": [me.id]}),
            json!({"updatedAfter": since, "userIds": []}),
            json!({"updatedAfter": "2000-01-01T00:00:00.000Z", "userIds": both}),
        ] {
            assert_eq!(ask(body).await, all);
        }
    }
}
