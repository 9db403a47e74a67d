//! `POST /auth/logout`

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Door, User, assert_refused};
use crate::test_on_both;

test_on_both! {
    async fn logging_out_ends_this_session_and_no_other(server: Server) {
        let other = User::login(server.http(), &server.address, &server.admin.email).await;
        let answer = Answer::of(server.post(other.cookie(), "/auth/logout")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json, json!({"redirectUri": "/auth/login?autoLaunch=0", "successful": true}));
        let mut cleared: Vec<&str> = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|line| line.to_str().unwrap())
            .map(|line| {
                assert!(line.contains("; Max-Age=0"), "{line}");
                line.split_once("=;").expect("an empty value").0
            })
            .collect();
        cleared.sort_unstable();
        assert_eq!(cleared, ["immich_access_token", "immich_auth_type", "immich_is_authenticated"]);
        for way in [other.cookie(), (&other).into()] {
            assert_refused(server.get(way, "/users/me"), 401, "Invalid user token").await;
        }
        assert_eq!(Answer::of(server.get(&server.admin, "/users/me")).await.status, 200);
    }
}

test_on_both! {
    async fn an_api_key_has_no_session_to_end(server: Server) {
        let key = server.admin.api_key(&server, &["all"]).await;
        assert_eq!(Answer::of(server.post(&key, "/auth/logout")).await.status, 200);
        assert_eq!(Answer::of(server.get(&key, "/users/me")).await.status, 200);
        assert_eq!(Answer::of(server.get(&server.admin, "/users/me")).await.status, 200);
    }
}

test_on_both! {
    async fn no_one_else_logs_out(server: Server) {
        Door::new(Method::POST, "/auth/logout", "all").assert_closed(&server).await;
    }
}
