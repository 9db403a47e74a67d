//! `POST /auth/validateToken`, and every place a credential may stand in

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Credential, Door, assert_refused};
use crate::test_on_both;

const PATH: &str = "/auth/validateToken";

test_on_both! {
    async fn every_good_credential_is_good(server: Server) {
        let door = Door::new(Method::POST, PATH, "all");
        for answer in door.open(&server, 200).await {
            assert_eq!(answer.json, json!({"authStatus": true}));
        }
        door.assert_closed(&server).await;
    }
}

test_on_both! {
    async fn credentials_may_stand_in_many_places(server: Server) {
        let token = server.admin.token.clone();
        let Credential::ApiKey(secret) = server.admin.api_key(&server, &["all"]).await else { unreachable!() };
        let request = || server.post(Credential::None, PATH);
        for request in [
            request().header("x-immich-user-token", &token),
            request().header("x-immich-session-token", &token),
            request().query(&[("sessionKey", &token)]),
            request().header("authorization", format!("bearer {token}")),
            request().header("cookie", format!("theme=dark; immich_access_token={token}; x=y")),
            request().header("x-api-key", &secret),
            request().query(&[("apiKey", &secret)]),
        ] {
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        for request in [request().header("authorization", format!("Basic {token}")), request().query(&[("sessionKey", "")])] {
            assert_refused(request, 401, "Authentication required").await;
        }
    }
}

test_on_both! {
    async fn the_first_credential_decides_and_a_bad_one_is_not_skipped(server: Server) {
        let token = server.admin.token.clone();
        let Credential::ApiKey(secret) = server.admin.api_key(&server, &["all"]).await else { unreachable!() };
        // In the order in which they are looked for.
        type Put = fn(reqwest::RequestBuilder, &str) -> reqwest::RequestBuilder;
        let places: [(Put, &str, &str); 11] = [
            (|request, bad| request.query(&[("key", bad)]), "wrong", "Invalid share key"),
            (|request, bad| request.header("x-immich-share-key", bad), "wrong", "Invalid share key"),
            (|request, bad| request.query(&[("slug", bad)]), "wrong", "Invalid share slug"),
            (|request, bad| request.header("x-immich-share-slug", bad), "wrong", "Invalid share slug"),
            (|request, bad| request.header("x-immich-user-token", bad), &token, "Invalid user token"),
            (|request, bad| request.header("x-immich-session-token", bad), &token, "Invalid user token"),
            (|request, bad| request.query(&[("sessionKey", bad)]), &token, "Invalid user token"),
            (|request, bad| request.bearer_auth(bad), &token, "Invalid user token"),
            (|request, bad| request.header("cookie", format!("immich_access_token={bad}")), &token, "Invalid user token"),
            (|request, bad| request.header("x-api-key", bad), &secret, "Invalid API key"),
            (|request, bad| request.query(&[("apiKey", bad)]), &secret, "Invalid API key"),
        ];
        for (position, (put, _, message)) in places.iter().enumerate() {
            let mut request = put(server.post(Credential::None, PATH), "bad");
            for (put, good, _) in &places[position + 1..] {
                request = put(request, good);
            }
            assert_refused(request, 401, message).await;
        }
    }
}
