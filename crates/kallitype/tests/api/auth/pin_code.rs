//! `/auth/pin-code`

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, Door, Server, assert_invalid, assert_refused};
use crate::test_on_both;

const PATH: &str = "/auth/pin-code";
const PIN: &str = "123456";
const NEW: &str = "654321";

fn ask(server: &Server, method: Method, body: &Value) -> RequestBuilder {
    server.request_as(&server.admin, method, PATH).json(body)
}

async fn set_up(server: &Server) {
    let answer = Answer::of(ask(server, Method::POST, &json!({"pinCode": PIN}))).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

async fn unlock(server: &Server, pin: &str) -> u16 {
    let body = json!({"pinCode": pin});
    let request = server
        .post(&server.admin, "/auth/session/unlock")
        .json(&body);
    Answer::of(request).await.status
}

async fn is_open(server: &Server) -> bool {
    let status = Answer::of(server.get(&server.admin, "/auth/status")).await;
    status.json["isElevated"].as_bool().expect("yes or no")
}

test_on_both! {
    async fn a_pin_is_set_up_once(server: Server) {
        set_up(&server).await;
        let request = ask(&server, Method::POST, &json!({"pinCode": NEW}));
        assert_refused(request, 400, "User already has a PIN code").await;
        assert_eq!((unlock(&server, NEW).await, unlock(&server, PIN).await), (400, 204));
    }
}

test_on_both! {
    async fn a_pin_is_changed_by_who_knows_it_or_the_password(server: Server) {
        set_up(&server).await;
        assert_eq!(unlock(&server, PIN).await, 204);
        let by_pin = json!({"pinCode": PIN, "newPinCode": NEW});
        assert_eq!(Answer::of(ask(&server, Method::PUT, &by_pin)).await.status, 204);
        assert!(!is_open(&server).await, "what was opened by the old one is closed");
        assert_eq!((unlock(&server, PIN).await, unlock(&server, NEW).await), (400, 204));
        let by_password = json!({"password": PASSWORD, "newPinCode": PIN});
        assert_eq!(Answer::of(ask(&server, Method::PUT, &by_password)).await.status, 204);
        assert_eq!((unlock(&server, NEW).await, unlock(&server, PIN).await), (400, 204));
    }
}

test_on_both! {
    async fn a_pin_is_taken_back(server: Server) {
        for proof in [json!({"pinCode": PIN}), json!({"password": PASSWORD})] {
            set_up(&server).await;
            assert_eq!(unlock(&server, PIN).await, 204);
            assert_eq!(Answer::of(ask(&server, Method::DELETE, &proof)).await.status, 204);
            assert!(!is_open(&server).await);
            assert_eq!(unlock(&server, PIN).await, 400);
        }
    }
}

test_on_both! {
    async fn without_proof_nothing_changes(server: Server) {
        for method in [Method::PUT, Method::DELETE] {
            let body = json!({"pinCode": PIN, "newPinCode": NEW});
            assert_refused(ask(&server, method, &body), 400, "User does not have a PIN code").await;
        }
        set_up(&server).await;
        for method in [Method::PUT, Method::DELETE] {
            for (proof, message) in [
                (json!({"newPinCode": NEW}), "Either password or pinCode is required"),
                (json!({"newPinCode": NEW, "pinCode": NEW}), "Wrong PIN code"),
                (json!({"newPinCode": NEW, "password": "wrong"}), "Wrong password"),
                (json!({"newPinCode": NEW, "pinCode": NEW, "password": PASSWORD}), "Wrong PIN code"),
            ] {
                assert_refused(ask(&server, method.clone(), &proof), 400, message).await;
            }
        }
        assert_eq!(unlock(&server, PIN).await, 204);
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let digits = |name: &str| format!("{name} must be a 6-digit numeric string");
        for wrong in ["12345", "1234567", "12345a", "１２３４５６"] {
            let request = ask(&server, Method::POST, &json!({"pinCode": wrong}));
            assert_invalid(request, &[&digits("pinCode")]).await;
            let request = ask(&server, Method::PUT, &json!({"pinCode": wrong, "newPinCode": wrong}));
            assert_invalid(request, &[&digits("pinCode"), &digits("newPinCode")]).await;
            let request = ask(&server, Method::DELETE, &json!({"pinCode": wrong}));
            assert_invalid(request, &[&digits("pinCode")]).await;
        }
    }
}

test_on_both! {
    async fn a_pin_is_set_up_with_the_permission_to(server: Server) {
        needs(&server, Method::POST, "pinCode.create").await;
    }
}

test_on_both! {
    async fn a_pin_is_changed_with_the_permission_to(server: Server) {
        set_up(&server).await;
        needs(&server, Method::PUT, "pinCode.update").await;
    }
}

test_on_both! {
    async fn a_pin_is_taken_back_with_the_permission_to(server: Server) {
        set_up(&server).await;
        needs(&server, Method::DELETE, "pinCode.delete").await;
    }
}

async fn needs(server: &Server, method: Method, permission: &str) {
    let body = json!({"pinCode": PIN, "newPinCode": NEW});
    let door = Door::new(method, PATH, permission).body(body);
    door.assert_closed(server).await;
    let key: Credential = server.admin.api_key(server, &[permission]).await;
    assert_eq!(Answer::of(door.request(server, &key)).await.status, 204);
}

test_on_both! {
    async fn guessing_is_slowed_down_wherever_it_is_done(server: Server) {
        set_up(&server).await;
        let wrong = json!({"pinCode": "000000", "newPinCode": "111111"});
        for _ in 0..5 {
            for method in [Method::PUT, Method::DELETE] {
                assert_refused(ask(&server, method, &wrong), 400, "Wrong PIN code").await;
            }
        }
        for method in [Method::PUT, Method::DELETE] {
            let message = "Too many wrong passwords, try again later";
            assert_refused(ask(&server, method, &wrong), 429, message).await;
        }
        assert_eq!(unlock(&server, "123456").await, 429);
    }
}
