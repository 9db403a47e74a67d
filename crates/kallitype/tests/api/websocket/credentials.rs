//! Who is let in.

use serde_json::json;

use crate::support::{Answer, Credential, Engine, Listener, Picture, Server, User};
use crate::test_on_both;

test_on_both! {
    async fn a_session_or_a_key_for_everything_lets_in(server: Server) {
        let owner = &server.admin;
        for credential in [Credential::from(owner), owner.cookie(), owner.api_key(&server, &["all"]).await] {
            Listener::of(&server, credential).await;
        }
        for name in ["x-immich-user-token", "x-immich-session-token"] {
            let mut listener = Listener::connect(&server, &[(name, &owner.token)]).await;
            listener.hear("on_server_version").await;
        }
    }
}

test_on_both! {
    async fn nothing_else_does(server: Server) {
        let owner = &server.admin;
        let Credential::ApiKey(weak) = owner.api_key(&server, &["asset.read", "asset.upload"]).await else {
            unreachable!()
        };
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({})).await;
        let key = link["key"].as_str().expect("a key");
        let headers = [
            ("authorization", "Bearer wrong"),
            ("cookie", "immich_access_token=wrong"),
            ("x-api-key", "wrong"),
            ("x-api-key", weak.as_str()),
            ("x-immich-share-key", key),
        ];
        for header in headers {
            assert_refused_by_event(Listener::connect(&server, &[header]).await).await;
        }
        assert_refused_by_event(Listener::connect(&server, &[]).await).await;
        for query in [format!("sessionKey={}", owner.token), format!("key={key}")] {
            let path = format!("/api/socket.io/?EIO=4&transport=websocket&{query}");
            let mut listener = Listener::open_at(&server, &path, &[], [127, 0, 0, 1].into()).await.expect("a websocket");
            listener.packet().await;
            listener.say("40").await;
            listener.packet().await;
            assert_refused_by_event(listener).await;
        }
    }
}

async fn assert_refused_by_event(mut listener: Listener) {
    assert_eq!(
        listener.rest().await,
        ["42[\"error\",\"unauthorized\"]", "41"]
    );
}

#[tokio::test]
async fn pages_of_other_servers_are_not_let_in_by_cookie() {
    let server = Server::start(Engine::Sqlite).await;
    let cookie = format!("immich_access_token={}", server.admin.token);
    for (name, value) in [
        ("origin", "https://evil.example.org"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let refused = Listener::open(&server, &[("cookie", &cookie), (name, value)]).await;
        assert_eq!(refused.err(), Some(403), "{name}: {value}");
    }
    let own = [
        ("cookie", cookie.as_str()),
        ("origin", server.address.as_str()),
    ];
    let mut listener = Listener::connect(&server, &own).await;
    listener.hear("on_server_version").await;
}

test_on_both! {
    async fn a_password_that_was_reset_beside_the_server_lets_no_one_stay(server: Server by start_with_short_pings) {
        let someone = User::another(&server, "someone@example.org").await;
        let mut listener = Listener::of(&server, &someone).await;
        server.run_admin(&["reset-password", "--email", "someone@example.org"], "another long password");
        let told = listener.rest().await;
        assert_eq!(told.last().map(String::as_str), Some("41"), "{told:?}");
    }
}

test_on_both! {
    async fn a_session_whose_time_is_over_hears_no_more(server: Server by start_with_short_pings) {
        let mut listener = Listener::of(&server, &server.admin).await;
        server.execute_sql("UPDATE session SET expires_at = 1").await;
        let told = listener.rest().await;
        assert_eq!(told.last().map(String::as_str), Some("41"), "{told:?}");
    }
}

impl Server {
    /// A fresh server that looks every second whether its websockets' apps are there.
    pub async fn start_with_short_pings(engine: Engine) -> Self {
        Self::start_with(engine, |options| options.with("websocket-ping-seconds", 1)).await
    }
}

#[tokio::test]
async fn what_is_no_websocket_is_told_so_as_engine_io_does() {
    let server = Server::start(Engine::Sqlite).await;
    for (query, code) in [
        ("EIO=4&transport=polling", 0),
        ("EIO=3&transport=websocket", 5),
        ("", 5),
    ] {
        let answer = Answer::of(server.get(&server.admin, &format!("/socket.io/?{query}"))).await;
        assert_eq!(
            (answer.status, &answer.json["code"]),
            (400, &json!(code)),
            "{query}"
        );
    }
    let plain = server.get(&server.admin, "/socket.io/?EIO=4&transport=websocket");
    assert_eq!(Answer::of(plain).await.status, 400);
}
