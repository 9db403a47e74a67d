//! `/users`, and `/users/me` in this file

mod admin;
mod get_user;
mod license;
mod onboarding;
mod preferences;
mod profile_image;

use serde_json::{Value, json};

use crate::support::user::PASSWORD;
use crate::support::{Answer, User, assert_invalid, assert_refused};
use crate::test_on_both;

test_on_both! {
    async fn ones_own_account_is_shown_and_changed(server: Server) {
        let me = &server.admin;
        let shown = Answer::of(server.get(me, "/users/me")).await;
        assert_eq!((&shown.json["email"], &shown.json["isAdmin"]), (&json!(me.email), &json!(true)));
        let body = json!({"name": "Someone else", "email": "New@Example.org"});
        let changed = Answer::of(server.put(me, "/users/me").json(&body)).await;
        assert_eq!((&changed.json["name"], &changed.json["email"]), (&json!("Someone else"), &json!("new@example.org")));
        User::login(server.http(), &server.address, "new@example.org").await;
        assert_invalid(server.put(me, "/users/me").json(&json!({"email": "nobody"})), &["email must be an email"]).await;
    }
}

test_on_both! {
    async fn an_address_belongs_to_one_account(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let request = server.put(&other, "/users/me").json(&json!({"email": server.admin.email}));
        assert_refused(request, 400, "Email already in use by another account").await;
    }
}

test_on_both! {
    async fn a_limited_key_cannot_take_the_account_over(server: Server) {
        let key = server.admin.api_key(&server, &["user.update"]).await;
        let request = server.put(&key, "/users/me").json(&json!({"password": "mine from now on"}));
        assert_eq!(Answer::of(request).await.status, 403);
        let body = json!({"email": server.admin.email, "password": PASSWORD});
        assert_eq!(Answer::of(server.request(reqwest::Method::POST, "/auth/login").json(&body)).await.status, 201);
    }
}

test_on_both! {
    async fn nobody_gives_themselves_more_than_they_were_given(server: Server) {
        let other = User::another_with(&server, "other@example.org", &["--quota-bytes", "1000"]).await;
        let body = json!({"isAdmin": true, "quotaSizeInBytes": 1_000_000, "storageLabel": "mine", "status": "removing",
            "oauthId": "someone", "shouldChangePassword": false, "id": server.admin.id, "avatarColor": "amber"});
        let changed = Answer::of(server.put(&other, "/users/me").json(&body)).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        for (property, value) in [
            ("id", json!(other.id)),
            ("isAdmin", json!(false)),
            ("quotaSizeInBytes", json!(1000)),
            ("storageLabel", json!(null)),
            ("oauthId", json!("")),
            ("status", json!("active")),
            ("shouldChangePassword", json!(true)),
            ("avatarColor", json!("amber")),
        ] {
            assert_eq!(changed.json[property], value, "{property}");
        }
    }
}

test_on_both! {
    async fn names_with_markup_stay_text(server: Server) {
        let name = "<img src=x onerror=alert(1)>\u{202e}\"'";
        let changed = Answer::of(server.put(&server.admin, "/users/me").json(&json!({"name": name}))).await;
        assert_eq!(changed.json["name"], name);
        assert_eq!(changed.header("content-type"), "application/json");
        assert_eq!(changed.header("x-content-type-options"), "nosniff");
    }
}

test_on_both! {
    async fn a_colour_that_is_taken_back_is_that_of_the_address(server: Server) {
        let me = &server.admin;
        let change = async |color: Value| {
            let body = json!({"avatarColor": color});
            let changed = Answer::of(server.put(me, "/users/me").json(&body)).await;
            assert_eq!(changed.status, 200, "{changed:?}");
            changed.json["avatarColor"].clone()
        };
        let of_address = Answer::of(server.get(me, "/users/me")).await.json["avatarColor"].clone();
        let other = if of_address == "amber" { "green" } else { "amber" };
        assert_eq!(change(json!(other)).await, other);
        assert_eq!(change(Value::Null).await, of_address);
    }
}
