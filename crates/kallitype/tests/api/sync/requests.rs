//! What may be asked, by whom, and what is acknowledged.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ALL, ack, kinds, stream, stream_with, take};
use crate::support::{
    Answer, Credential, Engine, Picture, Server, User, assert_refused, eventually,
};
use crate::test_on_both;

test_on_both! {
    async fn only_sessions_synchronise(server: Server) {
        let me = &server.admin;
        let id = me.upload(&server, &Picture::jpeg(1)).await;
        let link = me.share_key(&server, &[id], json!({})).await;
        for (method, path, permission, body) in [
            (Method::POST, "/sync/stream", "sync.stream", json!({"types": ["AssetsV1"]})),
            (Method::GET, "/sync/ack", "syncCheckpoint.read", json!({})),
            (Method::POST, "/sync/ack", "syncCheckpoint.update", json!({"acks": []})),
            (Method::DELETE, "/sync/ack", "syncCheckpoint.delete", json!({})),
        ] {
            let ask = |way: &Credential| server.request_as(way, method.clone(), path).json(&body);
            let lacking = me.api_key(&server, &["asset.read"]).await;
            assert_refused(ask(&lacking), 403, &format!("Missing required permission: {permission}")).await;
            for permissions in [permission, "all"] {
                let key = me.api_key(&server, &[permissions]).await;
                assert_refused(ask(&key), 403, "Sync endpoints cannot be used with API keys").await;
            }
            assert_eq!(Answer::of(ask(&link)).await.status, 403, "{path}");
            assert_eq!(Answer::of(ask(&Credential::None)).await.status, 401, "{path}");
            assert!(Answer::of(ask(&me.into())).await.status < 300, "{path}");
        }
    }
}

test_on_both! {
    async fn what_is_asked_wrongly_is_refused(server: Server) {
        let me = &server.admin;
        for body in [json!({}), json!({"types": ["NothingV1"]}), json!({"types": "AssetsV1"}), json!({"types": ["AssetsV1", "x"]})] {
            let answer = Answer::of(server.post(me, "/sync/stream").json(&body)).await;
            assert_eq!(answer.status, 400, "{body}");
        }
        assert_eq!(stream(&server, me, &[]).await.len(), 1, "nothing but the end");
        let twice = stream(&server, me, &["AuthUsersV1", "AuthUsersV1"]).await;
        assert_eq!(twice.len(), 2, "{twice:?}");
        let put = async |acks: Value| Answer::of(server.post(me, "/sync/ack").json(&json!({"acks": acks}))).await;
        let good = stream(&server, me, &["AuthUsersV1"]).await[0].ack.clone();
        let wrong = put(json!([good, "NothingV1|1"])).await;
        assert_eq!((wrong.status, wrong.json["message"].as_str()), (400, Some("Invalid ack type: NothingV1")));
        for ack in ["AssetV1", "AssetV1|x", "AssetV1|x|y", "SyncResetV1|x", "PartnerAssetBackfillV1|x|complete", "SyncAckV1|x"] {
            assert_eq!(put(json!([ack])).await.status, 400, "{ack}");
        }
        assert_eq!(put(json!(vec![&good; 1001])).await.status, 400);
        assert_eq!(get_acks(&server, me).await, json!([]), "nothing of all that was kept");
        assert_eq!(put(json!(vec![&good; 1000])).await.status, 204);
        assert_eq!(put(json!([])).await.status, 204);
        assert_eq!(get_acks(&server, me).await, json!([{"ack": good, "type": "AuthUserV1"}]));
    }
}

async fn get_acks(server: &Server, who: &User) -> Value {
    let answer = Answer::of(server.get(who, "/sync/ack")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

test_on_both! {
    async fn what_is_acknowledged_is_a_sessions_own(server: Server) {
        let me = &server.admin;
        let other = User::login(server.http(), &server.address, &me.email).await;
        me.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        assert!(!take(&server, me, &ALL).await.is_empty());
        assert_eq!(kinds(&take(&server, me, &ALL).await), Vec::<&str>::new());
        assert_eq!(get_acks(&server, &other).await, json!([]));
        assert!(!take(&server, &other, &ALL).await.is_empty());
        // The last of a list counts, not the greatest.
        let acks = get_acks(&server, me).await;
        let of_assets = acks.as_array().unwrap().iter().find(|ack| ack["type"] == "AssetV1").unwrap();
        let of_assets = of_assets["ack"].as_str().unwrap().to_owned();
        let nil = "AssetV1|00000000-0000-0000-0000-000000000000".to_owned();
        ack(&server, me, &[of_assets, nil]).await;
        assert_eq!(kinds(&take(&server, me, &ALL).await), ["AssetV1"]);
        // Some are forgotten, or all.
        let forget = async |body: Value| Answer::of(server.delete(me, "/sync/ack").json(&body)).await.status;
        assert_eq!(forget(json!({"types": ["AssetExifV1", "UserV1"]})).await, 204);
        assert_eq!(kinds(&take(&server, me, &ALL).await), ["UserV1", "AssetExifV1"]);
        assert_eq!(forget(json!({"types": ["x"]})).await, 400);
        assert_eq!(forget(json!({})).await, 204);
        assert_eq!(get_acks(&server, me).await, json!([]));
        // With its session, all of it goes.
        assert_eq!(Answer::of(server.post(&other, "/auth/logout")).await.status, 200);
        assert_eq!(server.jobs("SELECT type FROM sync_checkpoint").await, Vec::<String>::new());
    }
}

test_on_both! {
    async fn an_app_can_be_told_to_begin_anew(server: Server) {
        let me = &server.admin;
        me.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        let before = take(&server, me, &ALL).await;
        let sessions = Answer::of(server.get(me, "/sessions")).await.json;
        let session = sessions[0]["id"].as_str().unwrap().to_owned();
        let tell = async || {
            let request = server.put(me, &format!("/sessions/{session}"));
            let told = Answer::of(request.json(&json!({"isPendingSyncReset": true}))).await;
            assert_eq!((told.status, &told.json["isPendingSyncReset"]), (200, &json!(true)));
        };
        tell().await;
        for _ in 0..2 {
            let lines = stream(&server, me, &ALL).await;
            let [only] = lines.as_slice() else { panic!("{lines:?}") };
            assert_eq!((only.kind.as_str(), only.ack.as_str(), &only.data), ("SyncResetV1", "SyncResetV1|reset", &json!({})));
        }
        // What else is said with it is void.
        let nil = "AssetV1|00000000-0000-0000-0000-000000000000".to_owned();
        ack(&server, me, &[nil.clone(), "SyncResetV1|reset".into(), nil]).await;
        assert_eq!(get_acks(&server, me).await, json!([]));
        assert_eq!(take(&server, me, &ALL).await, before);
        // Whoever knows it says so with the request.
        tell().await;
        let anew = stream_with(&server, me, json!({"types": ALL, "reset": true})).await;
        assert_eq!(anew.len(), before.len() + 1);
        assert_eq!(anew.last().unwrap().kind, "SyncCompleteV1");
    }
}

test_on_both! {
    async fn an_app_that_was_away_for_long_begins_anew(server: Server by start_with_short_memory) {
        let me = server.admin.clone();
        let gone = me.upload(&server, &Picture::jpeg(1)).await;
        take(&server, &me, &ALL).await;
        let request = server.delete(&me, "/assets").json(&json!({"ids": [gone], "force": true}));
        assert_eq!(Answer::of(request).await.status, 204);
        server.finish_jobs().await;
        let lines = stream(&server, &me, &ALL).await;
        assert_eq!((lines.len(), lines[0].kind.as_str()), (1, "SyncResetV1"));
        ack(&server, &me, &[lines[0].ack.clone()]).await;
        let types = ["AssetsV1"];
        assert_eq!(kinds(&take(&server, &me, &types).await), ["AssetDeleteV1"]);
    }
}

test_on_both! {
    async fn what_is_gone_for_long_is_forgotten(server: Server by start_tidying) {
        let me = &server.admin;
        let gone = [me.upload(&server, &Picture::jpeg(1)).await, me.upload(&server, &Picture::jpeg(2)).await];
        let delete = async |id| {
            let request = server.delete(me, "/assets").json(&json!({"ids": [id], "force": true}));
            assert_eq!(Answer::of(request).await.status, 204);
        };
        delete(gone[0]).await;
        server.execute_sql("UPDATE tombstone SET deleted_at = 1").await;
        delete(gone[1]).await;
        eventually("the tombstones of long ago to go", async || {
            let told = take(&server, me, &["AssetsV1"]).await;
            ack(&server, me, &["AssetDeleteV1|00000000-0000-0000-0000-000000000000".into()]).await;
            (kinds(&told) == ["AssetDeleteV1"]).then_some(())
        })
        .await;
    }
}

/// A server to which everything before now is long ago.
impl Server {
    async fn start_with_short_memory(engine: Engine) -> Self {
        Self::start_with(engine, |options| options.with("sync-days", 0)).await
    }

    async fn start_tidying(engine: Engine) -> Self {
        Self::start_with(engine, |options| options.with("sync-interval-seconds", 1)).await
    }
}
