//! How many websockets there are, and what their clients may do.

use std::net::IpAddr;

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::listener::WEBSOCKET;
use crate::support::{Answer, Engine, Listener, Picture, Server, User, eventually};

/// The statuses with which further websockets are refused, until one is taken.
async fn taken(server: &Server, who: &User) -> Listener {
    let token = format!("Bearer {}", who.token);
    eventually("a place for a websocket", async || {
        Listener::open(server, &[("authorization", &token)])
            .await
            .ok()
    })
    .await
}

#[tokio::test]
async fn there_are_so_many_of_one_user_and_in_all() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("max-websockets", 3)
            .with("max-websockets-per-user", 2)
    })
    .await;
    let [other, third] = [
        User::another(&server, "other@example.org").await,
        User::another(&server, "third@example.org").await,
    ];
    let open = async |who: &User| {
        let token = format!("Bearer {}", who.token);
        Listener::open(&server, &[("authorization", &token)]).await
    };
    let first = Listener::of(&server, &server.admin).await;
    let _second = Listener::of(&server, &server.admin).await;
    assert_eq!(open(&server.admin).await.err(), Some(429));
    let _others = Listener::of(&server, &other).await;
    assert_eq!(open(&third).await.err(), Some(503));
    drop(first);
    taken(&server, &third).await;
}

#[tokio::test]
async fn who_has_no_credential_takes_no_ones_place() {
    let server =
        Server::start_with(Engine::Sqlite, |options| options.with("max-websockets", 1)).await;
    let mut waiting = Vec::new();
    let refused = loop {
        match Listener::open(&server, &[]).await {
            Ok(listener) => waiting.push(listener),
            Err(status) => break status,
        }
    };
    assert_eq!((refused, waiting.len()), (401, 16));
    Listener::of(&server, &server.admin).await;
}

#[tokio::test]
async fn a_websocket_counts_as_a_connection_as_long_as_it_is_open() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("max-connections-per-address", 2)
    })
    .await;
    let from: IpAddr = [127, 0, 0, 9].into();
    let token = format!("Bearer {}", server.admin.token);
    let headers = [("authorization", token.as_str())];
    let open = async || Listener::open_at(&server, WEBSOCKET, &headers, from).await;
    let [first, _second] =
        [open().await.ok(), open().await.ok()].map(|open| open.expect("a websocket"));
    assert_eq!(open().await.err(), Some(0));
    drop(first);
    eventually("a place for a connection", async || open().await.ok()).await;
}

#[tokio::test]
async fn behind_a_proxy_it_counts_as_a_request() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("max-connections-per-address", 2)
            .with("trusted-proxies", "127.0.0.1")
    })
    .await;
    let token = format!("Bearer {}", server.admin.token);
    let headers = [
        ("authorization", token.as_str()),
        ("x-forwarded-for", "192.0.2.1"),
    ];
    let open = async || Listener::open(&server, &headers).await;
    let [first, _second] =
        [open().await.ok(), open().await.ok()].map(|open| open.expect("a websocket"));
    assert_eq!(open().await.err(), Some(429));
    drop(first);
    eventually("a place for a request", async || open().await.ok()).await;
}

#[tokio::test]
async fn it_makes_no_room_for_other_connections() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("max-connections", 2)
            .with("header-timeout-seconds", 1)
            .with("answer-timeout-seconds", 1)
    })
    .await;
    let mut listener = Listener::of(&server, &server.admin).await;
    // Each takes the place of the one before.
    for _ in 0..5 {
        let http = reqwest::Client::new();
        let ping = http.get(format!("{}/api/server/ping", server.address));
        assert_eq!(Answer::of(ping).await.status, 200);
    }
    server.admin.upload(&server, &Picture::jpeg(1)).await;
    listener.hear("on_upload_success").await;
}

#[tokio::test]
async fn what_no_client_says_ends_it() {
    let server = Server::start(Engine::Sqlite).await;
    for message in [
        Message::text("42[\"event\"]"),
        Message::text("40"),
        Message::text("x".repeat(5000)),
        Message::binary(vec![4]),
    ] {
        let mut listener = Listener::of(&server, &server.admin).await;
        listener.send(message.clone()).await;
        assert_eq!(listener.rest().await, [""; 0], "{message:?}");
    }
    let token = format!("Bearer {}", server.admin.token);
    let mut elsewhere = Listener::open(&server, &[("authorization", &token)])
        .await
        .expect("a websocket");
    elsewhere.packet().await;
    elsewhere.say("40/admin,").await;
    let refused = elsewhere.packet().await.expect("a packet");
    assert!(refused.starts_with("44/admin,{"), "{refused}");
    elsewhere.say("40").await;
    assert!(
        elsewhere
            .packet()
            .await
            .expect("a packet")
            .starts_with("40{")
    );
}

#[tokio::test]
async fn who_is_not_there_is_not_waited_for() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("websocket-ping-seconds", 1)
            .with("websocket-timeout-seconds", 5)
    })
    .await;
    let token = format!("Bearer {}", server.admin.token);
    // It never connects.
    let mut silent = Listener::open(&server, &[("authorization", &token)])
        .await
        .expect("a websocket");
    assert_eq!(silent.rest().await.len(), 1);
    let mut alive = Listener::of(&server, &server.admin).await;
    let mut dead = Listener::of(&server, &server.admin).await;
    dead.answers_pings = false;
    let upload_later = async {
        assert_eq!(dead.rest().await, [""; 0]);
        server.admin.upload(&server, &Picture::jpeg(1)).await;
    };
    tokio::join!(upload_later, alive.hear("on_upload_success"));
}

#[tokio::test]
async fn who_takes_too_little_of_what_happens_is_let_go() {
    let server =
        Server::start_with(Engine::Sqlite, |options| options.with("max-websockets", 1)).await;
    let owner = &server.admin;
    let ids = [1, 2].map(Picture::jpeg);
    let ids = [
        owner.upload(&server, &ids[0]).await,
        owner.upload(&server, &ids[1]).await,
    ];
    server.finish_jobs().await;
    let _slow = Listener::of(&server, owner).await;
    // Every list is another one, or it would be told once.
    let mut sent = 0;
    eventually("the end of the slow one", async || {
        sent += 1;
        let mut list = vec![ids[0]; 20_000];
        list.extend(vec![ids[1]; sent]);
        let lists = list.chunks(149).enumerate().map(|(number, part)| {
            let mut part = part.to_vec();
            let place = number % part.len();
            part[place] = ids[1];
            part
        });
        let list: Vec<_> = lists.flatten().collect();
        let restore = server
            .post(owner, "/trash/restore/assets")
            .json(&json!({"ids": list}));
        assert_eq!(Answer::of(restore).await.status, 200);
        let token = format!("Bearer {}", owner.token);
        Listener::open(&server, &[("authorization", &token)])
            .await
            .ok()
    })
    .await;
}
