//! `POST /auth/session/unlock` and `POST /auth/session/lock`

use reqwest::Method;
use serde_json::json;

use crate::support::user::PASSWORD;
use crate::support::{Answer, Door, Server, User, assert_refused};
use crate::test_on_both;

const UNLOCK: &str = "/auth/session/unlock";
const LOCK: &str = "/auth/session/lock";
const PIN: &str = "123456";

async fn is_open(server: &Server, user: &User) -> bool {
    let status = Answer::of(server.get(user, "/auth/status")).await;
    status.json["isElevated"].as_bool().expect("yes or no")
}

test_on_both! {
    async fn a_session_is_opened_and_closed_and_no_other(server: Server) {
        let here = &server.admin;
        let there = User::login(server.http(), &server.address, &here.email).await;
        here.unlock(&server).await;
        assert!(is_open(&server, here).await && !is_open(&server, &there).await);
        let by_password = json!({"password": PASSWORD});
        assert_eq!(Answer::of(server.post(&there, UNLOCK).json(&by_password)).await.status, 204);
        assert_eq!(Answer::of(server.post(here, LOCK)).await.status, 204);
        assert!(!is_open(&server, here).await && is_open(&server, &there).await);
        assert_eq!(Answer::of(server.post(here, LOCK)).await.status, 204, "closed is closed");
    }
}

test_on_both! {
    async fn it_closes_by_itself(server: Server) {
        server.admin.unlock(&server).await;
        server.execute_sql("UPDATE session SET pin_expires_at = 1").await;
        assert!(!is_open(&server, &server.admin).await);
    }
}

test_on_both! {
    async fn guessing_the_pin_is_slowed_down(server: Server) {
        let owner = &server.admin;
        owner.unlock(&server).await;
        assert_eq!(Answer::of(server.post(owner, LOCK)).await.status, 204);
        for number in 0..10 {
            let guess = json!({"pinCode": format!("00000{number}")});
            assert_refused(server.post(owner, UNLOCK).json(&guess), 400, "Wrong PIN code").await;
        }
        let message = "Too many wrong passwords, try again later";
        let right = json!({"pinCode": PIN});
        assert_refused(server.post(owner, UNLOCK).json(&right), 429, message).await;
        assert!(!is_open(&server, owner).await);
    }
}

test_on_both! {
    async fn a_key_has_no_session_to_open(server: Server) {
        let key = server.admin.api_key(&server, &["all"]).await;
        for path in [UNLOCK, LOCK] {
            let request = server.post(&key, path).json(&json!({"pinCode": PIN}));
            assert_refused(request, 400, "This endpoint can only be used with a session token").await;
        }
    }
}

test_on_both! {
    async fn no_one_else_opens(server: Server) {
        Door::new(Method::POST, UNLOCK, "all").body(json!({"pinCode": PIN})).assert_closed(&server).await;
    }
}

test_on_both! {
    async fn no_one_else_closes(server: Server) {
        Door::new(Method::POST, LOCK, "all").assert_closed(&server).await;
    }
}
