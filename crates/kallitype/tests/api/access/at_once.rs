//! What is taken away counts with the next request, whatever was known of the caller before.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, Picture, Server, User};
use crate::test_on_both;

async fn status(server: &Server, credential: &Credential, path: &str) -> u16 {
    Answer::of(server.get(credential, path)).await.status
}

/// Asks twice, as someone who is known by then, has something done, and answers what is said to them after it.
async fn after(
    server: &Server,
    credential: impl Into<Credential>,
    path: &str,
    change: RequestBuilder,
) -> u16 {
    let credential = credential.into();
    for _ in 0..2 {
        assert_eq!(
            status(server, &credential, path).await,
            200,
            "{path} before"
        );
    }
    let answer = Answer::of(change).await;
    assert!(answer.status < 300, "{answer:?}");
    status(server, &credential, path).await
}

/// The paths that a picture is asked for by.
fn paths(id: Uuid) -> [String; 3] {
    ["", "/original", "/thumbnail"].map(|rest| format!("/assets/{id}{rest}"))
}

/// Another session of the administrator, with its id.
async fn another_session(server: &Server) -> (User, String) {
    let there = User::login(server.http(), &server.address, &server.admin.email).await;
    let listed = Answer::of(server.get(&there, "/sessions")).await.json;
    let current = |session: &&Value| session["current"] == true;
    let sessions = listed.as_array().expect("a list");
    let id = sessions.iter().find(current).expect("a session")["id"].clone();
    (there, id.as_str().expect("an id").to_owned())
}

test_on_both! {
    async fn a_session_that_is_ended(server: Server) {
        let id = server.admin.upload_and_settle(&server, &Picture::jpeg(1)).await;
        for path in paths(id) {
            let (there, session) = another_session(&server).await;
            let end = server.delete(&server.admin, &format!("/sessions/{session}"));
            assert_eq!(after(&server, &there, &path, end).await, 401, "{path}");
            let (there, _) = another_session(&server).await;
            let logout = server.post(&there, "/auth/logout");
            assert_eq!(after(&server, &there, &path, logout).await, 401, "{path}");
        }
    }
}

test_on_both! {
    async fn an_api_key_that_is_deleted_or_may_less(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        for path in paths(id) {
            for (change, expected) in [(None, 401), (Some(json!({"name": "less", "permissions": ["tag.read"]})), 403)] {
                let body = json!({"name": "key", "permissions": ["all"]});
                let made = Answer::of(server.post(owner, "/api-keys").json(&body)).await.json;
                let key = Credential::ApiKey(made["secret"].as_str().expect("a secret").to_owned());
                let url = format!("/api-keys/{}", made["apiKey"]["id"].as_str().expect("an id"));
                let request = match &change {
                    None => server.delete(owner, &url),
                    Some(change) => server.put(owner, &url).json(change),
                };
                assert_eq!(after(&server, key, &path, request).await, expected, "{path} {change:?}");
            }
        }
    }
}

test_on_both! {
    async fn a_link_that_ends(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        for path in paths(id) {
            for change in [
                None,
                Some(json!({"expiresAt": "2020-01-01T00:00:00.000Z"})),
                Some(json!({"password": "secret"})),
            ] {
                let link = owner.share(&server, &[id], json!({})).await;
                let key = Credential::LinkKey(link["key"].as_str().expect("a key").to_owned());
                let url = format!("/shared-links/{}", link["id"].as_str().expect("an id"));
                let request = match &change {
                    None => server.delete(owner, &url),
                    Some(change) => server.request_as(owner, Method::PATCH, &url).json(change),
                };
                assert_eq!(after(&server, key, &path, request).await, 401, "{path} {change:?}");
            }
        }
    }
}

test_on_both! {
    async fn a_password_that_is_changed(server: Server) {
        let id = server.admin.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let path = &paths(id)[2];
        let (there, _) = another_session(&server).await;
        let body = json!({"password": PASSWORD, "newPassword": "another horse", "invalidateSessions": true});
        let change = server.post(&server.admin, "/auth/change-password").json(&body);
        assert_eq!(after(&server, &there, path, change).await, 401);
        assert_eq!(status(&server, &Credential::from(&server.admin), path).await, 200);
        server.run_admin(&["reset-password", "--email", &server.admin.email], "yet another horse");
        assert_eq!(status(&server, &Credential::from(&server.admin), path).await, 401, "another process did it");
    }
}

test_on_both! {
    async fn a_session_that_is_locked(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        owner.unlock(&server).await;
        assert_eq!(owner.update(&server, id, json!({"visibility": "locked"})).await.status, 200);
        for path in paths(id) {
            let open = server.post(owner, "/auth/session/unlock").json(&json!({"password": PASSWORD}));
            assert_eq!(Answer::of(open).await.status, 204);
            let lock = server.post(owner, "/auth/session/lock");
            assert_eq!(after(&server, owner, &path, lock).await, 400, "{path}");
        }
    }
}

test_on_both! {
    async fn an_account_that_is_deleted(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let id = other.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let key = other.api_key(&server, &["all"]).await;
        let link = other.share_key(&server, &[id], json!({})).await;
        let path = &paths(id)[2];
        for credential in [&key, &link] {
            assert_eq!(status(&server, credential, path).await, 200);
        }
        let delete = server.delete(&server.admin, &format!("/admin/users/{}", other.id)).json(&json!({}));
        assert_eq!(after(&server, &other, path, delete).await, 401);
        for credential in [&key, &link] {
            assert_eq!(status(&server, credential, path).await, 401, "{credential:?}");
        }
    }
}

test_on_both! {
    async fn an_administrator_who_is_none_any_more(server: Server) {
        let other = User::another_with(&server, "other@example.org", &["--admin"]).await;
        let path = format!("/admin/users/{}", other.id);
        let demote = server.put(&server.admin, &path).json(&json!({"isAdmin": false}));
        assert_eq!(after(&server, &other, "/admin/users", demote).await, 403);
    }
}
