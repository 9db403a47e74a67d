//! What a browser sends for other people's pages, with the cookies of whoever looks at them.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::routes::{guarded, request};
use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, Engine, Picture, Server, assert_refused};
use crate::test_on_both;

const FOREIGN: &str = "A page of another server cannot do this";

/// What browsers say of a request for someone else's page: now, in old ones or without TLS, and from frames without an
/// address.
const ELSEWHERE: [(&str, &str); 5] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("origin", "https://evil.example.org"),
    ("origin", "http://127.0.0.1"),
    ("origin", "null"),
];

fn rename(server: &Server, way: &Credential) -> RequestBuilder {
    server
        .put(way, "/users/me")
        .json(&json!({"name": "Changed"}))
}

async fn refused(request: RequestBuilder) {
    assert_refused(request, 403, FOREIGN).await;
}

test_on_both! {
    async fn pages_of_others_change_nothing_by_cookie(server: Server) {
        let cookie = server.admin.cookie();
        for (name, value) in ELSEWHERE {
            refused(rename(&server, &cookie).header(name, value)).await;
            let upload = server.post(&cookie, "/assets").multipart(Picture::jpeg(1).form());
            refused(upload.header(name, value)).await;
            refused(server.post(&cookie, "/auth/logout").header(name, value)).await;
        }
        assert!(server.stored_originals().is_empty());
        let me = Answer::of(server.get(&cookie, "/users/me").header("origin", "null")).await;
        assert_eq!(me.json["name"], "Admin", "looking changes nothing, and the session goes on");
    }
}

test_on_both! {
    async fn the_servers_own_pages_and_programs_do_as_before(server: Server) {
        let (own, owner) = (server.address.as_str(), &server.admin);
        let cookie = owner.cookie();
        for headers in [
            // The phone apps.
            vec![],
            vec![("origin", own)],
            vec![("sec-fetch-site", "same-origin"), ("origin", own)],
            vec![("sec-fetch-site", "none")],
            // Behind a proxy that goes by another name.
            vec![("sec-fetch-site", "same-origin"), ("origin", "https://photos.example.org")],
        ] {
            let request = headers.iter().fold(rename(&server, &cookie), |request, (name, value)| request.header(*name, *value));
            assert_eq!(Answer::of(request).await.status, 200, "{headers:?}");
        }
        // No browser adds these by itself.
        let key = owner.api_key(&server, &["all"]).await;
        for way in [Credential::from(owner), key] {
            for (name, value) in ELSEWHERE {
                assert_eq!(Answer::of(rename(&server, &way).header(name, value)).await.status, 200, "{way:?} {value}");
            }
        }
    }
}

#[tokio::test]
async fn a_proxy_on_another_name_is_known_by_the_settings() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("external-url", "https://photos.example.org/")
    })
    .await;
    let from = |origin: &str| rename(&server, &server.admin.cookie()).header("origin", origin);
    let answer = Answer::of(from("https://photos.example.org")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    refused(from("http://photos.example.org")).await;
    refused(from("https://photos.example.org.evil.example")).await;
}

#[tokio::test]
async fn this_holds_for_every_operation_and_for_connections_that_stay_open() {
    let server = Server::start(Engine::Sqlite).await;
    let cookie = server.admin.cookie();
    let mut changing = 0;
    for route in guarded() {
        let elsewhere =
            request(&server, &cookie, &route).header("origin", "https://evil.example.org");
        if route.method == "GET" {
            let staying = elsewhere.header("connection", "upgrade");
            refused(staying.header("upgrade", "websocket")).await;
        } else {
            changing += 1;
            refused(elsewhere).await;
        }
    }
    assert!(changing > 40, "{changing} operations");
}

test_on_both! {
    async fn nor_do_they_use_a_link_that_their_visitor_has_opened(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({"password": "sesame", "allowUpload": true})).await;
        let key = Credential::LinkKey(link["key"].as_str().expect("a key").to_owned());
        let opened = Answer::of(server.get(&key, "/shared-links/me").query(&[("password", "sesame")])).await;
        let cookie = opened.header("set-cookie").split(';').next().unwrap_or_default();
        let upload = |seed: u32| {
            let request = server.post(&key, "/assets").multipart(Picture::jpeg(seed).form());
            request.header("cookie", cookie)
        };
        refused(upload(2).header("origin", "https://evil.example.org")).await;
        assert_eq!(Answer::of(upload(2).header("origin", &server.address)).await.status, 201);
    }
}

test_on_both! {
    async fn they_do_not_sign_their_visitors_in_or_a_server_up(server: Server by first_start) {
        let body = json!({"email": server.admin.email, "password": PASSWORD, "name": "Me"});
        for path in ["/auth/login", "/auth/admin-sign-up"] {
            for (name, value) in ELSEWHERE {
                let request = server.post(Credential::None, path).json(&body).header(name, value);
                let answer = Answer::of(request).await;
                assert_eq!((answer.status, &answer.json["message"]), (403, &json!(FOREIGN)), "{path} {value}");
                assert_eq!(answer.header("set-cookie"), "");
            }
        }
    }
}

test_on_both! {
    async fn what_a_browser_sends_by_cookie_says_that_it_is_json(server: Server) {
        let owner = &server.admin;
        let send = |way: &Credential, kind: &str| {
            let request = server.put(way, "/users/me").body(r#"{"name": "Changed"}"#);
            match kind {
                "" => request,
                kind => request.header("content-type", kind),
            }
        };
        let cookie = owner.cookie();
        for kind in ["", "text/plain", "text/plain; application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"] {
            assert_refused(send(&cookie, kind), 415, "The body's type must be application/json").await;
            assert_eq!(Answer::of(send(&owner.into(), kind)).await.status, 200, "{kind}");
        }
        for kind in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert_eq!(Answer::of(send(&cookie, kind)).await.status, 200, "{kind}");
        }
        // Without a body there is nothing to be said.
        assert_eq!(Answer::of(server.request_as(&cookie, Method::POST, "/auth/session/lock")).await.status, 204);
    }
}
