//! `POST /auth/change-password`

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, Door, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

const PATH: &str = "/auth/change-password";
const NEW: &str = "another horse";

fn change(server: &Server, way: impl Into<Credential>, body: &Value) -> RequestBuilder {
    server.post(way, PATH).json(body)
}

fn good() -> Value {
    json!({"password": PASSWORD, "newPassword": NEW})
}

async fn login(server: &Server, password: &str) -> u16 {
    let body = json!({"email": server.admin.email, "password": password});
    Answer::of(server.post(Credential::None, "/auth/login").json(&body))
        .await
        .status
}

test_on_both! {
    async fn the_new_password_opens_and_the_old_one_does_not(server: Server) {
        server.execute_sql("UPDATE account SET should_change_password = TRUE").await;
        let answer = Answer::of(change(&server, &server.admin, &good())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json["id"], json!(server.admin.id));
        assert_eq!(answer.json["shouldChangePassword"], false);
        assert_eq!((login(&server, PASSWORD).await, login(&server, NEW).await), (401, 201));
    }
}

test_on_both! {
    async fn other_sessions_end_when_that_is_wanted(server: Server) {
        let here = &server.admin;
        let there = User::login(server.http(), &server.address, &here.email).await;
        assert_eq!(Answer::of(change(&server, here, &good())).await.status, 200);
        assert_eq!(Answer::of(server.get(&there, "/users/me")).await.status, 200);
        let again = json!({"password": NEW, "newPassword": PASSWORD, "invalidateSessions": true});
        assert_eq!(Answer::of(change(&server, here, &again)).await.status, 200);
        assert_refused(server.get(&there, "/users/me"), 401, "Invalid user token").await;
        assert_eq!(Answer::of(server.get(here, "/users/me")).await.status, 200);
    }
}

test_on_both! {
    async fn a_key_needs_the_permission(server: Server) {
        let key = server.admin.api_key(&server, &["auth.changePassword"]).await;
        assert_eq!(Answer::of(change(&server, key, &good())).await.status, 200);
        Door::new(Method::POST, PATH, "auth.changePassword").body(good()).assert_closed(&server).await;
        assert_eq!(login(&server, NEW).await, 201);
    }
}

test_on_both! {
    async fn without_the_old_password_nothing_changes(server: Server) {
        let body = json!({"password": "wrong", "newPassword": NEW});
        assert_refused(change(&server, &server.admin, &body), 400, "Wrong password").await;
        assert_eq!((login(&server, PASSWORD).await, login(&server, NEW).await), (201, 401));
    }
}

test_on_both! {
    async fn guessing_the_old_password_is_slowed_down(server: Server) {
        let body = json!({"password": "wrong", "newPassword": NEW});
        for _ in 0..10 {
            assert_refused(change(&server, &server.admin, &body), 400, "Wrong password").await;
        }
        let message = "Too many wrong passwords, try again later";
        assert_refused(change(&server, &server.admin, &good()), 429, message).await;
        assert_eq!(login(&server, PASSWORD).await, 201);
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let short = "newPassword must be longer than or equal to 8 characters";
        for (property, value, rules) in [
            ("password", Value::Null, vec!["password must be a string", "password should not be empty"]),
            ("password", json!(""), vec!["password should not be empty"]),
            ("newPassword", json!("seven !"), vec![short]),
            ("newPassword", json!(12345678), vec!["newPassword must be a string", short]),
            ("invalidateSessions", json!("perhaps"), vec!["invalidateSessions must be a boolean value"]),
        ] {
            let mut body = good();
            body[property] = value;
            assert_invalid(change(&server, &server.admin, &body), &rules).await;
        }
        assert_eq!(login(&server, PASSWORD).await, 201);
    }
}
