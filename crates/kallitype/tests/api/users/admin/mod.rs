//! `/admin/users`

mod create;
mod delete;
mod update;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Picture, Server, User, assert_refused};
use crate::test_on_both;

/// The URL of an account.
pub fn path(user: &User) -> String {
    format!("/admin/users/{}", user.id)
}

/// An account as its administrator sees it.
pub async fn account(server: &Server, user: &User) -> Value {
    let answer = Answer::of(server.get(&server.admin, &path(user))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

/// Deletes an account.
pub async fn delete(server: &Server, user: &User, force: bool) -> Answer {
    let request = server.delete(&server.admin, &path(user));
    Answer::of(request.json(&json!({"force": force}))).await
}

test_on_both! {
    async fn accounts_are_listed_for_administrators(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let gone = User::another(&server, "gone@example.org").await;
        delete(&server, &gone, false).await;
        let listed = async |query: String| {
            let answer = Answer::of(server.get(&server.admin, &format!("/admin/users{query}"))).await;
            let users = answer.json.as_array().expect("a list").clone();
            users.into_iter().map(|user| user["id"].clone()).collect::<Vec<Value>>()
        };
        let (admin, other, gone) = (json!(server.admin.id), json!(other.id), json!(gone.id));
        assert_eq!(listed(String::new()).await, [other.clone(), admin.clone()]);
        assert_eq!(listed("?withDeleted=true".into()).await, [gone.clone(), other.clone(), admin]);
        assert_eq!(listed(format!("?id={}", other.as_str().unwrap())).await, [other]);
        assert!(listed(format!("?id={}", gone.as_str().unwrap())).await.is_empty());
    }
}

test_on_both! {
    async fn only_administrators_pass(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let own = path(&other);
        for (method, path) in [
            (Method::GET, "/admin/users".to_owned()),
            (Method::POST, "/admin/users".to_owned()),
            (Method::GET, own.clone()),
            (Method::PUT, own.clone()),
            (Method::DELETE, own.clone()),
            (Method::POST, format!("{own}/restore")),
            (Method::GET, format!("{own}/preferences")),
            (Method::PUT, format!("{own}/preferences")),
            (Method::GET, format!("{own}/statistics")),
        ] {
            let body = json!({"isAdmin": true, "quotaSizeInBytes": null});
            for way in [(&other).into(), other.api_key(&server, &["all"]).await] {
                let request = server.request_as(&way, method.clone(), &path).json(&body);
                assert_refused(request, 403, "Forbidden").await;
            }
        }
        assert_eq!(account(&server, &other).await["isAdmin"], false);
    }
}

test_on_both! {
    async fn preferences_of_others_are_shown_and_changed(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let preferences = format!("{}/preferences", path(&other));
        let change = json!({"tags": {"enabled": true}});
        let changed = Answer::of(server.put(&server.admin, &preferences).json(&change)).await;
        assert_eq!((changed.status, &changed.json["tags"]["enabled"]), (200, &json!(true)));
        assert_eq!(Answer::of(server.get(&server.admin, &preferences)).await.json, changed.json);
        assert_eq!(Answer::of(server.get(&other, "/users/me/preferences")).await.json, changed.json);
        let nobody = format!("/admin/users/{}/preferences", Uuid::new_v4());
        assert_refused(server.get(&server.admin, &nobody), 400, "User not found").await;
        assert_refused(server.put(&server.admin, &nobody).json(&change), 400, "User not found").await;
    }
}

test_on_both! {
    async fn what_others_have_is_counted_but_for_what_they_locked(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        other.upload(&server, &Picture::jpeg(1)).await;
        other.upload(&server, &Picture::video(1)).await;
        other.upload(&server, &Picture::jpeg(2).with("isFavorite", "true")).await;
        let locked = other.upload(&server, &Picture::jpeg(3)).await;
        other.update(&server, locked, json!({"visibility": "locked"})).await;
        server.admin.unlock(&server).await;
        let statistics = format!("{}/statistics", path(&other));
        for (query, images, videos) in [("", 2, 1), ("?isFavorite=true", 1, 0), ("?isTrashed=true", 0, 0)] {
            let counted = Answer::of(server.get(&server.admin, &format!("{statistics}{query}"))).await;
            let expected = json!({"images": images, "videos": videos, "total": images + videos});
            assert_eq!(counted.json, expected, "{query}");
        }
        let request = server.get(&server.admin, &format!("{statistics}?visibility=locked"));
        assert_refused(request, 401, "Elevated permission is required").await;
    }
}
