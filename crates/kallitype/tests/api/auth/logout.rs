//! `POST /auth/logout`

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Credential, Door, User, World, assert_refused};
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

/// Signs in at the provider; answers where signing out leads.
async fn log_out_of(world: &World) -> Value {
    let body = json!({"email": "ada@example.org"});
    world.know("ada", body).await;
    let signed_in = world.sign_in("ada").await;
    let token = signed_in.json["accessToken"].as_str().expect("a token");
    let way = Credential::Bearer(token.to_owned());
    let answer = Answer::of(world.server.post(&way, "/auth/logout")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let me = world.server.get(&way, "/users/me");
    assert_refused(me, 401, "Invalid user token").await;
    answer.json["redirectUri"].clone()
}

test_on_both! {
    async fn a_session_of_the_providers_is_ended_there_too(world: World) {
        assert_eq!(log_out_of(&world).await, format!("{}/session/end", world.provider.issuer));
        let other = User::login(world.server.http(), &world.server.address, &world.server.admin.email).await;
        let answer = Answer::of(world.server.post(&other, "/auth/logout")).await;
        assert_eq!(answer.json["redirectUri"], "/auth/login?autoLaunch=0");
    }
}

test_on_both! {
    async fn a_session_ends_here_when_the_provider_is_gone(world: World) {
        let mut world = world;
        world.know("ada", json!({"email": "ada@example.org"})).await;
        let signed_in = world.sign_in("ada").await;
        world.provider.stop();
        let way = Credential::Bearer(signed_in.json["accessToken"].as_str().expect("a token").to_owned());
        let answer = Answer::of(world.server.post(&way, "/auth/logout")).await;
        assert_eq!(answer.json, json!({"redirectUri": "/auth/login?autoLaunch=0", "successful": true}));
        assert_refused(world.server.get(&way, "/users/me"), 401, "Invalid user token").await;
    }
}
