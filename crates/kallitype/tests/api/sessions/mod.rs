//! `/sessions`

use serde_json::json;

use crate::support::{Answer, Credential, User, assert_refused};
use crate::test_on_both;

test_on_both! {
    async fn a_session_is_listed_and_ended(server: Server) {
        let here = &server.admin;
        let there = User::login(server.http(), &server.address, &here.email).await;
        let listed = Answer::of(server.get(here, "/sessions")).await;
        let sessions = listed.json.as_array().expect("a list").clone();
        assert_eq!(sessions.len(), 2);
        assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
        let other = sessions.iter().find(|session| session["current"] == false).expect("the other");
        let path = format!("/sessions/{}", other["id"].as_str().expect("an id"));
        assert_eq!(Answer::of(server.delete(here, &path)).await.status, 204);
        assert_refused(server.get(&there, "/users/me"), 401, "Invalid user token").await;
        assert_eq!(Answer::of(server.get(here, "/users/me")).await.status, 200);
    }
}

test_on_both! {
    async fn all_others_are_ended_at_once(server: Server) {
        let here = &server.admin;
        let there = User::login(server.http(), &server.address, &here.email).await;
        assert_eq!(Answer::of(server.delete(here, "/sessions")).await.status, 204);
        assert_refused(server.get(&there, "/users/me"), 401, "Invalid user token").await;
        assert_eq!(Answer::of(server.get(here, "/users/me")).await.status, 200);
    }
}

test_on_both! {
    async fn a_session_for_another_device_opens_with_its_token(server: Server) {
        let body = json!({"deviceType": "Frame", "deviceOS": "Linux", "duration": 3600});
        let begun = Answer::of(server.post(&server.admin, "/sessions").json(&body)).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        assert!(begun.json["expiresAt"].is_string());
        let token = Credential::Bearer(begun.json["token"].as_str().expect("a token").to_owned());
        assert_eq!(Answer::of(server.get(&token, "/users/me")).await.status, 200);
    }
}
