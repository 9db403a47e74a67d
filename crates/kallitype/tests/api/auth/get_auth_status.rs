//! `GET /auth/status`

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Credential, Door};
use crate::test_on_both;

const PATH: &str = "/auth/status";

test_on_both! {
    async fn it_says_what_the_session_may_do(server: Server) {
        let owner = &server.admin;
        let expected = json!({"password": true, "pinCode": false, "isElevated": false});
        assert_eq!(Answer::of(server.get(owner, PATH)).await.json, expected);
        owner.unlock(&server).await;
        let status = Answer::of(server.get(owner, PATH)).await.json;
        assert_eq!((&status["pinCode"], &status["isElevated"]), (&json!(true), &json!(true)));
        let open_until: jiff::Timestamp = status["pinExpiresAt"].as_str().expect("a time").parse().unwrap();
        let left = open_until.duration_since(jiff::Timestamp::now()).as_secs();
        assert!((14 * 60..=15 * 60).contains(&left), "{left} seconds");
    }
}

test_on_both! {
    async fn a_session_with_an_end_says_when(server: Server) {
        let body = json!({"duration": 3600});
        let begun = Answer::of(server.post(&server.admin, "/sessions").json(&body)).await.json;
        let token = Credential::Bearer(begun["token"].as_str().expect("a token").to_owned());
        let status = Answer::of(server.get(token, PATH)).await.json;
        assert_eq!(status["expiresAt"], begun["expiresAt"]);
        assert_ne!(status["expiresAt"], Value::Null);
    }
}

test_on_both! {
    async fn everyone_who_is_signed_in_may_ask(server: Server) {
        let door = Door::new(Method::GET, PATH, "all");
        door.open(&server, 200).await;
        door.assert_closed(&server).await;
    }
}
