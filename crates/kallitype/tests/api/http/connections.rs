//! For how long a connection is kept, and for whom.

use std::net::Ipv4Addr;
use std::time::Duration;

use reqwest::Method;
use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::{connect, heard, statuses};
use crate::support::server::Options;
use crate::support::user::PASSWORD;
use crate::support::{
    Answer, Engine, LateUpload, PATIENCE, Picture, Server, assert_refused, eventually,
};

const MIB: usize = 1 << 20;
const PING: &[u8] = b"GET /api/server/ping HTTP/1.1\r\nhost: a\r\n\r\n";

/// How often a slow client does a little.
const MOMENT: Duration = Duration::from_millis(50);

async fn connect_from(server: &Server, address: [u8; 4]) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    let address = (Ipv4Addr::from(address), 0).into();
    socket.bind(address).expect("an address of this machine");
    let server = server.address.strip_prefix("http://").expect("an address");
    let connected = socket.connect(server.parse().expect("an address")).await;
    connected.expect("the server listens")
}

/// Whether the server answers a ping on a connection; if not, it has closed it.
async fn pings(stream: &mut TcpStream) -> bool {
    if stream.write_all(PING).await.is_err() {
        return false;
    }
    let mut answer = [0; 1024];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut answer)).await;
    match read.expect("an answer or an end") {
        Ok(length) => answer[..length].starts_with(b"HTTP/1.1 200"),
        Err(_) => false,
    }
}

/// Sends something over and over, a byte now and then, until the server closes the connection. Answers what it said.
async fn trickle(server: &Server, beginning: &str) -> String {
    let (mut receiving, mut sending) = connect(server).await.into_split();
    let sent = async {
        sending.write_all(beginning.as_bytes()).await.unwrap();
        while sending.write_all(b" ").await.is_ok() {
            tokio::time::sleep(MOMENT).await;
        }
        std::future::pending().await
    };
    tokio::select! {
        said = heard(&mut receiving) => said,
        () = sent => unreachable!(),
    }
}

#[tokio::test]
async fn a_byte_now_and_then_keeps_no_connection() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("header-timeout-seconds", 1)
            .with("body-timeout-seconds", 1)
    })
    .await;
    let said = trickle(&server, "GET /api/server/ping HTTP/1.1\r\nx-slow:").await;
    assert!(
        statuses(&said).iter().all(|status| *status == "408"),
        "{said}"
    );
    let upload = format!(
        "POST /api/assets HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000000\r\n\r\n\
         --x\r\ncontent-disposition: form-data; name=\"assetData\"; filename=\"a.jpg\"\r\n\r\n",
        server.admin.token
    );
    let login = "POST /api/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n{";
    for request in [login, &upload] {
        let said = trickle(&server, request).await;
        assert_eq!(statuses(&said), ["408"], "{said}");
        assert!(
            said.contains("The request's body came too slowly"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn who_is_slow_but_goes_on_is_waited_for() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("body-timeout-seconds", 2)
            .with("answer-timeout-seconds", 2)
            .with("min-bytes-per-second", 5)
    })
    .await;
    // Both take twice as long.
    let body = format!(
        "{{\"email\":\"{}\",\"password\":\"{PASSWORD}\",\"more\":\"{}\"}}",
        server.admin.email,
        "x".repeat(400)
    );
    let mut stream = connect(&server).await;
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for piece in body.as_bytes().chunks(50) {
        tokio::time::sleep(8 * MOMENT).await;
        stream.write_all(piece).await.unwrap();
    }
    let said = heard(&mut stream).await;
    assert_eq!(statuses(&said), ["201"], "{said}");

    let mut stream = ask_for_much(&server, "slow").await;
    let mut received = 0;
    let mut piece = vec![0; 2 * MIB];
    loop {
        tokio::time::sleep(8 * MOMENT).await;
        let mut length = 0;
        while length < piece.len() {
            match stream.read(&mut piece[length..]).await.unwrap() {
                0 => break,
                more => length += more,
            }
        }
        received += length;
        if length < piece.len() {
            break;
        }
    }
    assert!(received > MUCH, "{received} bytes");
}

/// More than the kernel keeps for a connection.
const MUCH: usize = 24 * MIB;

/// Asks for a large original, by a name for the request.
async fn ask_for_much(server: &Server, name: &str) -> TcpStream {
    let large = Picture::jpeg(1).followed_by(&[name.as_bytes(), &vec![b'x'; MUCH]].concat());
    let id = server.admin.upload(server, &large).await;
    let mut stream = connect(server).await;
    let request = format!(
        "GET /api/assets/{id}/original HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-request-id: {name}\r\n\
         authorization: Bearer {}\r\n\r\n",
        server.admin.token
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn who_does_not_take_an_answer_is_not_waited_for() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        let options = options.heard().with_on("access-log");
        options.with("answer-timeout-seconds", 1)
    })
    .await;
    let given_up = async |name: &str| {
        eventually("the answer to be given up", async || {
            let output = server.output();
            let mut lines = output.lines().filter(|line| line.contains(name));
            lines.any(|line| line.contains("cut off")).then_some(())
        })
        .await;
    };
    let unread = ask_for_much(&server, "unread").await;
    given_up("request_id=unread").await;
    drop(unread);
    let mut trickling = ask_for_much(&server, "trickling").await;
    let reading = async {
        while trickling.read_u8().await.is_ok() {
            tokio::time::sleep(MOMENT).await;
        }
        std::future::pending().await
    };
    tokio::select! {
        () = given_up("request_id=trickling") => {}
        () = reading => unreachable!(),
    }
}

#[tokio::test]
async fn one_address_has_so_many_connections() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("max-connections-per-address", 2)
    })
    .await;
    let (one, other) = ([127, 0, 0, 2], [127, 0, 0, 3]);
    let mut first = connect_from(&server, one).await;
    let mut second = connect_from(&server, one).await;
    assert!(pings(&mut first).await && pings(&mut second).await);
    assert!(!pings(&mut connect_from(&server, one).await).await);
    assert!(pings(&mut connect_from(&server, other).await).await);
    assert!(pings(&mut second).await, "those that are there stay");
    drop(first);
    eventually("room for another one", async || {
        let mut third = connect_from(&server, one).await;
        pings(&mut third).await.then_some(())
    })
    .await;
}

/// As many as come when everyone opens the address at once.
const AT_ONCE: u8 = 250;

#[tokio::test]
async fn whoever_comes_while_the_server_is_busy_is_let_in() {
    let server = Server::start(Engine::Sqlite).await;
    server.signal(Signal::STOP);
    let mut streams = Vec::new();
    for number in 1..=AT_ONCE {
        let stream = connect_from(&server, [127, 0, 1, number]);
        let stream = tokio::time::timeout(PATIENCE, stream).await;
        streams.push(stream.expect("a connection that waits"));
    }
    server.signal(Signal::CONT);
    for stream in &mut streams {
        assert!(pings(stream).await);
    }
}

#[tokio::test]
async fn behind_a_proxy_the_clients_address_counts() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("max-connections-per-address", 2)
            .with("trusted-proxies", "127.0.0.1")
    })
    .await;
    for (client, same, other) in [
        ("203.0.113.5", "203.0.113.5:1234", "203.0.113.6"),
        ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"),
    ] {
        let ask = |client: &str| {
            let ping = server.request(Method::GET, "/server/ping");
            ping.header("x-forwarded-for", client.to_owned())
        };
        let mut held = Vec::new();
        for number in 0..2 {
            let request = server.post(&server.admin, "/assets");
            let request = request.header("x-forwarded-for", client);
            let picture = Picture::jpeg(number);
            held.push(LateUpload::send(&server, request, &picture, "assetData").await);
        }
        let message = "Too many requests are sent at once from this address";
        assert_refused(ask(same), 429, message).await;
        assert_eq!(Answer::of(ask(same)).await.header("retry-after"), "1");
        assert_eq!(Answer::of(ask(other)).await.status, 200);
        let own = server.request(Method::GET, "/server/ping");
        assert_eq!(Answer::of(own).await.status, 200, "the proxy's own");
        for upload in held {
            let answer = upload.finish().await;
            assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        }
        assert_eq!(Answer::of(ask(same)).await.status, 200);
    }
}

/// Begins to sign in, and waits.
async fn begin_login(server: &Server) -> TcpStream {
    let mut stream = connect(server).await;
    let request = "POST /api/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// A server with three connections.
async fn small_server(settings: impl FnOnce(Options) -> Options) -> Server {
    Server::start_with(Engine::Sqlite, |options| {
        settings(options.with("max-connections", 3))
    })
    .await
}

#[tokio::test]
async fn idle_connections_make_room() {
    let server = small_server(|options| options.with("header-timeout-seconds", 3600)).await;
    let mut idle = Vec::new();
    for _ in 0..3 {
        let mut stream = connect(&server).await;
        assert!(pings(&mut stream).await);
        idle.push(stream);
    }
    assert!(pings(&mut connect(&server).await).await);
    let mut closed = 0;
    for stream in &mut idle {
        closed += usize::from(!pings(stream).await);
    }
    assert_eq!(closed, 1, "no more make room than have to");
}

#[tokio::test]
async fn strangers_who_keep_the_server_waiting_make_room() {
    let server = small_server(|options| options.with("header-timeout-seconds", 3600)).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connect(&server).await;
        stream
            .write_all(b"GET /api/server/ping HTTP/1.1\r\nx-slow:")
            .await
            .unwrap();
        held.push(stream);
    }
    assert!(pings(&mut connect(&server).await).await, "beside headers");
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(begin_login(&server).await);
    }
    assert!(pings(&mut connect(&server).await).await, "beside bodies");
}

/// Begins a change as someone who has signed in, and waits. Answers the connection and what is left to send.
async fn begin_change(server: &Server) -> (TcpStream, &'static [u8]) {
    let mut stream = connect(server).await;
    let (begun, left) = (b"{\"name\":", b"\"Changed\"}");
    let head = format!(
        "PUT /api/users/me HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        server.admin.token,
        begun.len() + left.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(begun).await.unwrap();
    (stream, left)
}

#[tokio::test]
async fn whoever_has_signed_in_is_waited_for_while_others_wait_for_their_turn() {
    let server = small_server(|options| options.with("give-way-seconds", 3600)).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(begin_change(&server).await);
    }
    let mut waiting = connect(&server).await;
    let mut pinging = std::pin::pin!(pings(&mut waiting));
    let waits = tokio::time::timeout(8 * MOMENT, &mut pinging).await;
    assert!(waits.is_err(), "there is no room");
    for (mut stream, left) in held {
        stream.write_all(left).await.unwrap();
        let said = heard(&mut stream).await;
        assert_eq!(statuses(&said), ["200"], "{said}");
    }
    assert!(pinging.await, "there is room again");
}

#[tokio::test]
async fn whoever_has_signed_in_makes_room_after_a_while() {
    let server = small_server(|options| options.with("give-way-seconds", 1)).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(begin_change(&server).await);
    }
    assert!(pings(&mut connect(&server).await).await);
}
