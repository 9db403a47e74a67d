//! `GET /users` and `GET /users/{id}`

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Door, Engine, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

fn ids(answer: &Answer) -> Vec<Value> {
    let users = answer.json.as_array().expect("a list");
    users.iter().map(|user| user["id"].clone()).collect()
}

test_on_both! {
    async fn users_see_each_others_public_side(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let listed = Answer::of(server.get(&other, "/users")).await;
        assert_eq!(ids(&listed), [json!(other.id), json!(server.admin.id)]);
        let shown = Answer::of(server.get(&other, &format!("/users/{}", server.admin.id))).await;
        assert_eq!(shown.json, listed.json[1]);
        let names: Vec<&String> = shown.json.as_object().expect("an object").keys().collect();
        assert_eq!(names, ["avatarColor", "email", "id", "name", "profileChangedAt", "profileImagePath"]);
    }
}

test_on_both! {
    async fn who_is_not_there_is_like_who_is_there_no_more(server: Server) {
        let gone = User::another(&server, "gone@example.org").await;
        let delete = server.delete(&server.admin, &format!("/admin/users/{}", gone.id)).json(&json!({}));
        assert_eq!(Answer::of(delete).await.status, 200);
        for id in [gone.id, Uuid::new_v4()] {
            assert_refused(server.get(&server.admin, &format!("/users/{id}")), 400, "User not found").await;
        }
        assert_eq!(ids(&Answer::of(server.get(&server.admin, "/users")).await), [json!(server.admin.id)]);
        assert_invalid(server.get(&server.admin, "/users/nobody"), &["id must be a UUID"]).await;
    }
}

test_on_both! {
    async fn the_doors_are_closed_to_others(server: Server) {
        let path = format!("/users/{}", server.admin.id);
        for path in ["/users", &path] {
            let door = Door::new(Method::GET, path, "user.read");
            door.open(&server, 200).await;
        }
        Door::new(Method::GET, "/users", "user.read").assert_closed(&server).await;
    }
}

#[tokio::test]
async fn users_who_are_not_public_see_themselves_only() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("public-users", false)
    })
    .await;
    let other = User::another(&server, "other@example.org").await;
    let seen = Answer::of(server.get(&other, "/users")).await;
    assert_eq!(ids(&seen), [json!(other.id)]);
    let seen = Answer::of(server.get(&server.admin, "/users")).await;
    assert_eq!(ids(&seen).len(), 2);
    let config = Answer::of(server.request(Method::GET, "/server/config")).await;
    assert_eq!(
        (&config.json["publicUsers"], &config.json["userDeleteDelay"]),
        (&json!(false), &json!(7))
    );
}
