//! `/sessions`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Credential, Server, User, assert_invalid, assert_refused, eventually,
};
use crate::test_on_both;

/// One of a user's sessions: the one they ask by, or another.
async fn session(server: &Server, user: &User, is_current: bool) -> Value {
    let listed = Answer::of(server.get(user, "/sessions")).await;
    let sessions = listed.json.as_array().expect("a list").clone();
    let mut found = sessions
        .into_iter()
        .filter(|session| session["current"] == is_current);
    found.next().expect("a session")
}

fn path_of(session: &Value) -> String {
    format!("/sessions/{}", session["id"].as_str().expect("an id"))
}

test_on_both! {
    async fn a_session_is_listed_and_ended(server: Server) {
        let here = &server.admin;
        let there = User::login(server.http(), &server.address, &here.email).await;
        let listed = Answer::of(server.get(here, "/sessions")).await;
        let sessions = listed.json.as_array().expect("a list").clone();
        assert_eq!(sessions.len(), 2);
        assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
        let other = sessions.iter().find(|session| session["current"] == false).expect("the other");
        let path = format!("/sessions/{}", other["id"].as_str().expect("an id"));
        assert_eq!(Answer::of(server.delete(here, &path)).await.status, 204);
        assert_refused(server.get(&there, "/users/me"), 401, "Invalid user token").await;
        assert_eq!(Answer::of(server.get(here, "/users/me")).await.status, 200);
    }
}

test_on_both! {
    async fn all_others_are_ended_at_once(server: Server) {
        let here = &server.admin;
        let there = User::login(server.http(), &server.address, &here.email).await;
        assert_eq!(Answer::of(server.delete(here, "/sessions")).await.status, 204);
        assert_refused(server.get(&there, "/users/me"), 401, "Invalid user token").await;
        assert_eq!(Answer::of(server.get(here, "/users/me")).await.status, 200);
    }
}

test_on_both! {
    async fn a_session_for_another_device_opens_with_its_token(server: Server) {
        let body = json!({"deviceType": "Frame", "deviceOS": "Linux", "duration": 3600});
        let begun = Answer::of(server.post(&server.admin, "/sessions").json(&body)).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        assert!(begun.json["expiresAt"].is_string());
        let token = Credential::Bearer(begun.json["token"].as_str().expect("a token").to_owned());
        assert_eq!(Answer::of(server.get(&token, "/users/me")).await.status, 200);
    }
}

test_on_both! {
    async fn a_session_is_changed(server: Server) {
        let owner = &server.admin;
        let before = session(&server, owner, true).await;
        for pending in [true, false] {
            let body = json!({"isPendingSyncReset": pending});
            let changed = Answer::of(server.put(owner, &path_of(&before)).json(&body)).await;
            assert_eq!((changed.status, &changed.json["id"]), (200, &before["id"]), "{changed:?}");
            assert_eq!(session(&server, owner, true).await["isPendingSyncReset"], pending);
        }
        let broken = server.put(owner, &path_of(&before)).json(&json!({"isPendingSyncReset": 1}));
        assert_invalid(broken, &["isPendingSyncReset must be a boolean value"]).await;
    }
}

test_on_both! {
    async fn a_session_is_locked_from_another(server: Server) {
        let here = &server.admin;
        let there = User::login(server.http(), &server.address, &here.email).await;
        there.unlock(&server).await;
        let is_open = async || Answer::of(server.get(&there, "/auth/status")).await.json["isElevated"].clone();
        assert_eq!(is_open().await, true);
        let path = format!("{}/lock", path_of(&session(&server, here, false).await));
        assert_eq!(Answer::of(server.post(here, &path)).await.status, 204);
        assert_eq!(is_open().await, false);
    }
}

test_on_both! {
    async fn it_is_noted_that_a_session_is_in_use(server: Server) {
        let me = &server.admin;
        let used_at = async || session(&server, me, true).await["updatedAt"].clone();
        server.execute_sql("UPDATE session SET updated_at = updated_at - 7200000000").await;
        let before = used_at().await;
        eventually("a later use", async || (used_at().await != before).then_some(())).await;
    }
}

test_on_both! {
    async fn another_users_sessions_are_out_of_reach(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let theirs = path_of(&session(&server, &server.admin, true).await);
        for path in [theirs, format!("/sessions/{}", Uuid::new_v4())] {
            for (request, permission) in [
                (server.put(&other, &path).json(&json!({"isPendingSyncReset": true})), "session.update"),
                (server.delete(&other, &path), "authDevice.delete"),
                (server.post(&other, &format!("{path}/lock")), "authDevice.delete"),
            ] {
                let message = format!("Not found or no {permission} access");
                assert_refused(request, 400, &message).await;
            }
        }
        let me = Answer::of(server.get(&server.admin, "/users/me")).await;
        assert_eq!(me.status, 200);
    }
}
