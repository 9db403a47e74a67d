//! How much of the server's memory a body may take, and whose.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{connect, heard, statuses};
use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, Engine, Picture, Server, assert_refused, eventually};
use crate::test_on_both;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

fn rename(server: &Server, more: Value) -> RequestBuilder {
    let body = json!({"name": "Changed", "more": more});
    server.put(&server.admin, "/users/me").json(&body)
}

/// A body to sign in with that is longer than it need be.
fn login(server: &Server, more: usize) -> RequestBuilder {
    let body = json!({"email": server.admin.email, "password": PASSWORD, "more": "x".repeat(more)});
    server.post(Credential::None, "/auth/login").json(&body)
}

test_on_both! {
    async fn strangers_send_little_visitors_more_and_users_most(server: Server) {
        assert_eq!(Answer::of(login(&server, 60 * KIB)).await.status, 201);
        assert_refused(login(&server, 64 * KIB), 413, "The body is longer than 65536 bytes").await;
        let wrong = Credential::Bearer("wrong".into());
        let unread = server.put(wrong, "/users/me").json(&json!({"name": "x".repeat(2 * MIB)}));
        assert_refused(unread, 401, "Invalid user token").await;

        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let key = server.admin.share_key(&server, &[id], json!({"password": "sesame"})).await;
        let open = |more: usize| {
            let body = json!({"password": "sesame", "more": "x".repeat(more)});
            server.post(&key, "/shared-links/login").json(&body)
        };
        assert_eq!(Answer::of(open(1000 * KIB)).await.status, 201);
        assert_refused(open(MIB), 413, "The body is longer than 1048576 bytes").await;

        assert_eq!(Answer::of(rename(&server, json!("x".repeat(15 * MIB)))).await.status, 200);
        let too_long = rename(&server, json!("x".repeat(16 * MIB)));
        assert_refused(too_long, 413, "The body is longer than 16777216 bytes").await;
    }
}

#[tokio::test]
async fn a_body_counts_as_what_becomes_of_it() {
    let server = Server::start(Engine::Sqlite).await;
    let before = server.peak_memory();
    // Eight million numbers of one letter each.
    for list in ["0,", "[],", "{},"] {
        let body = format!(
            "{{\"name\":\"x\",\"more\":[{}0]}}",
            list.repeat(15 * MIB / list.len())
        );
        let request = server.put(&server.admin, "/users/me").body(body);
        let answer = Answer::of(request.header("content-type", "application/json")).await;
        assert_eq!(answer.status, 413, "{answer:?}");
    }
    let taken = server.peak_memory().saturating_sub(before);
    assert!(taken < (32 * MIB) as u64, "{} MiB", taken / MIB as u64);
    // As many entries as a list may have are read.
    let ids = vec![uuid::Uuid::nil(); 50_000];
    let update = json!({"ids": ids, "isFavorite": true});
    let answer = Answer::of(server.put(&server.admin, "/assets").json(&update)).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(
        answer.json["message"]
            .as_str()
            .is_some_and(|text| text.starts_with("Not found"))
    );
}

#[tokio::test]
async fn a_body_that_will_take_too_much_is_not_read_to_its_end() {
    let server = Server::start(Engine::Sqlite).await;
    let mut stream = connect(&server).await;
    let head = format!(
        "PUT /api/users/me HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{{\"more\":[",
        server.admin.token,
        15 * MIB
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
        .write_all("0,".repeat(2 * MIB).as_bytes())
        .await
        .unwrap();
    // The rest is never sent.
    let said = heard(&mut stream).await;
    assert_eq!(statuses(&said), ["413"], "{said}");
}

/// Begins to sign in and stops in the middle of a body of so many bytes.
async fn begin_login(server: &Server, length: usize) -> TcpStream {
    let mut stream = connect(server).await;
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{{\"more\":\"",
        length * 2
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; length]).await.unwrap();
    stream
}

#[tokio::test]
async fn all_bodies_together_have_a_budget_and_strangers_half_of_it() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("max-body-memory-bytes", 200 * KIB)
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(begin_login(&server, 30 * KIB).await);
    }
    let busy = "Too many requests are sent at once, try again later";
    eventually("the strangers' half to be taken", async || {
        let answer = Answer::of(login(&server, 30 * KIB)).await;
        (answer.status == 503).then(|| {
            assert_eq!(answer.json["message"], busy);
            assert_eq!(answer.header("retry-after"), "1");
        })
    })
    .await;
    assert_eq!(
        Answer::of(rename(&server, json!("x".repeat(60 * KIB))))
            .await
            .status,
        200
    );
    assert_refused(rename(&server, json!("x".repeat(150 * KIB))), 503, busy).await;
    drop(held);
    eventually("the memory to be given back", async || {
        let answer = Answer::of(login(&server, 30 * KIB)).await;
        (answer.status == 201).then_some(())
    })
    .await;
    let impossible = rename(&server, json!("x".repeat(300 * KIB)));
    assert_eq!(Answer::of(impossible).await.status, 413);
}

/// Sends an upload that begins in a way, goes on with as much of something as there is, and never ends.
async fn send_upload(server: &Server, beginning: &str, filler: &[u8], times: usize) -> String {
    let mut stream = connect(server).await;
    let head = format!(
        "POST /api/assets HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000000000\r\n\r\n{beginning}",
        server.admin.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..times {
        // Refused, the rest is read for a while, and not waited for.
        if stream.write_all(filler).await.is_err() {
            break;
        }
    }
    heard(&mut stream).await
}

#[tokio::test]
async fn what_stands_between_the_parts_is_limited() {
    let server = Server::start(Engine::Sqlite).await;
    let before = server.peak_memory();
    let part = "--x\r\ncontent-disposition: form-data; name=\"deviceId\"\r\n\r\ntest\r\n";
    let line = [b'y'; 16 * KIB];
    for (what, beginning) in [
        ("a preamble", String::new()),
        ("a header", "--x\r\ncontent-disposition: ".to_owned()),
        ("a header of a second part", format!("{part}--x\r\nz: ")),
    ] {
        let said = send_upload(&server, &beginning, &line, 2000).await;
        assert_eq!(statuses(&said), ["413"], "{what}: {said}");
        assert!(
            said.contains("stand before a part's content"),
            "{what}: {said}"
        );
    }
    let said = send_upload(&server, "", b"y", 100_000).await;
    assert_eq!(statuses(&said), ["413"], "byte by byte: {said}");
    let taken = server.peak_memory().saturating_sub(before);
    assert!(taken < (24 * MIB) as u64, "{} MiB", taken / MIB as u64);
    let ping = Answer::of(server.request(Method::GET, "/server/ping")).await;
    assert_eq!(ping.status, 200);
}

test_on_both! {
    async fn what_is_usual_there_is_taken(server: Server) {
        // A preamble, and headers that no one asked for.
        let picture = Picture::jpeg(1);
        let mut body = b"Whoever reads this has a strange program.\r\n".to_vec();
        for (name, value) in [("deviceAssetId", "1"), ("deviceId", "test"), ("fileCreatedAt", "2024-01-01T00:00:00.000Z"), ("fileModifiedAt", "2024-01-01T00:00:00.000Z")] {
            let part = format!("--x\r\ncontent-disposition: form-data; name={name}\r\nx-more: {}\r\n\r\n{value}\r\n", "y".repeat(20 * KIB));
            body.extend(part.as_bytes());
        }
        body.extend(b"--x\r\ncontent-disposition: form-data; name=\"assetData\"; filename=\"a.jpg\"\r\n\r\n");
        body.extend(&picture.bytes);
        body.extend(b"\r\n--x--\r\nThe end.");
        for status in [201, 200] {
            let request = server.post(&server.admin, "/assets").header("content-type", "multipart/form-data; boundary=x");
            let answer = Answer::of(request.body(body.clone())).await;
            assert_eq!(answer.status, status, "{answer:?}");
        }
    }
}
