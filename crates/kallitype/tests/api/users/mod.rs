//! `/users`, and `/users/me` in this file

mod admin;
mod get_user;
mod license;
mod onboarding;
mod preferences;
mod profile_image;

use serde_json::{Value, json};

use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, User, assert_invalid, assert_refused};
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

const PRESENT_REQUIRED: &str = "The present password is required: use POST /auth/change-password";

test_on_both! {
    async fn a_limited_key_cannot_take_the_account_over(server: Server) {
        let key = server.admin.api_key(&server, &["user.update"]).await;
        let missing = "Missing required permission: all";
        // A provider may vouch for an address, so it is a way in as a password is.
        for change in [json!({"password": "mine from now on"}), json!({"email": "mine@example.org", "name": "x"})] {
            assert_refused(server.put(&key, "/users/me").json(&change), 403, missing).await;
        }
        assert_eq!(Answer::of(server.put(&key, "/users/me").json(&json!({"name": "Me"}))).await.status, 200);
        User::login(server.http(), &server.address, &server.admin.email).await;
        let key = server.admin.api_key(&server, &["all"]).await;
        let change = json!({"email": "mine@example.org"});
        assert_eq!(Answer::of(server.put(&key, "/users/me").json(&change)).await.json["email"], "mine@example.org");
    }
}

test_on_both! {
    async fn who_has_a_session_but_not_the_password_stays_out_of_what_is_locked(server: Server) {
        let owner = &server.admin;
        owner.unlock(&server).await;
        let change = json!({"password": "mine from now on", "name": "Someone else"});
        let own = format!("/admin/users/{}", owner.id);
        let key = owner.api_key(&server, &["all"]).await;
        for way in [Credential::from(owner), owner.cookie(), key] {
            assert_refused(server.put(&way, "/users/me").json(&change), 400, PRESENT_REQUIRED).await;
            // An administrator has another way to change accounts, and to ask for a change.
            for change in [&change, &json!({"pinCode": "654321"}), &json!({"pinCode": null}), &json!({"shouldChangePassword": true})] {
                let answer = Answer::of(server.put(&way, &own).json(change)).await;
                let message = answer.json["message"].as_str().unwrap_or_default();
                assert!(answer.status == 400 && message.starts_with("Change your own"), "{change} {answer:?}");
            }
        }
        let me = Answer::of(server.get(owner, "/users/me")).await.json;
        assert_eq!((&me["name"], &me["shouldChangePassword"]), (&json!("Admin"), &json!(false)));
        let thief = User::login(server.http(), &server.address, &owner.email).await;
        let unlock = |secret: Value| server.post(&thief, "/auth/session/unlock").json(&secret);
        assert_eq!(Answer::of(unlock(json!({"password": "mine from now on"}))).await.status, 400);
        assert_eq!(Answer::of(unlock(json!({"pinCode": "654321"}))).await.status, 400);
        assert_eq!(Answer::of(unlock(json!({"pinCode": "123456"}))).await.status, 204);
    }
}

test_on_both! {
    async fn a_password_that_someone_else_chose_is_changed_as_was_asked_for(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let change = |password: &str| server.put(&other, "/users/me").json(&json!({"password": password}));
        let changed = Answer::of(change("mine and mine alone")).await;
        assert_eq!((changed.status, &changed.json["shouldChangePassword"]), (200, &json!(false)));
        assert_refused(change("another of mine"), 400, PRESENT_REQUIRED).await;
        for (password, status) in [(PASSWORD, 401), ("another of mine", 401), ("mine and mine alone", 201)] {
            let body = json!({"email": other.email, "password": password});
            assert_eq!(Answer::of(server.post(Credential::None, "/auth/login").json(&body)).await.status, status);
        }
        // Nor does a password come without one to an account that had none.
        server.execute_sql("UPDATE account SET password_hash = '' WHERE email = 'other@example.org'").await;
        assert_refused(change("mine and mine alone"), 400, PRESENT_REQUIRED).await;
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
