//! What every route shares, down to the connection.

mod bodies;
mod connections;
mod cross_site;
mod hung_disk;
mod repeated_ids;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Answer, Engine, PATIENCE, Picture, Server, assert_refused};
use crate::test_on_both;

async fn connect(server: &Server) -> TcpStream {
    let address = server.address.strip_prefix("http://").expect("an address");
    TcpStream::connect(address)
        .await
        .expect("the server listens")
}

/// Sends bytes and reads until the server closes the connection.
async fn exchange(server: &Server, bytes: &[u8]) -> String {
    let mut stream = connect(server).await;
    stream.write_all(bytes).await.expect("the server reads");
    heard(&mut stream).await
}

async fn heard(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    // Closed while something is unread, a connection is reset: what was said before that counts.
    drop(read.expect("the server closes the connection"));
    String::from_utf8_lossy(&answer).into_owned()
}

fn statuses(answers: &str) -> Vec<&str> {
    let beginnings = answers.split("HTTP/1.1 ").skip(1);
    beginnings.filter_map(|rest| rest.get(..3)).collect()
}

#[tokio::test]
async fn who_does_not_finish_a_header_is_not_waited_for() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("header-timeout-seconds", 1)
    })
    .await;
    for beginning in ["", "GET /api/server/ping HTTP/1.1\r\nhost: a\r\nx-slow:"] {
        let said = exchange(&server, beginning.as_bytes()).await;
        assert!(
            statuses(&said).iter().all(|status| *status == "408"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn who_does_not_finish_a_body_is_not_waited_for() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("body-timeout-seconds", 1)
    })
    .await;
    let request = "POST /api/auth/login HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
                   content-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let said = exchange(&server, request.as_bytes()).await;
    assert_eq!(statuses(&said), ["408"], "{said}");
}

#[tokio::test]
async fn headers_are_limited_in_number_and_length() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("max-headers", 20)
            .with("max-header-bytes", 10_000)
    })
    .await;
    let with = |headers: String| {
        format!("GET /api/server/ping HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n")
    };
    for (headers, status) in [
        ("x: 1\r\n".repeat(18), "200"),
        ("x: 1\r\n".repeat(19), "431"),
        (format!("x: {}\r\n", "1".repeat(9_000)), "200"),
        (format!("x: {}\r\n", "1".repeat(25_000)), "431"),
        (format!("{}: 1\r\n", "x".repeat(200_000)), "431"),
        ("x: 1\r\n y: 2\r\n".to_owned(), "400"),
        ("x : 1\r\n".to_owned(), "400"),
        ("x\0: 1\r\n".to_owned(), "400"),
    ] {
        let said = exchange(&server, with(headers.clone()).as_bytes()).await;
        let start = headers.get(..20).unwrap_or(&headers);
        assert_eq!(statuses(&said), [status], "{start:?} {said}");
    }
}

/// A proxy and a server that disagree on where a request ends let one user's bytes begin another's request.
#[tokio::test]
async fn where_a_request_ends_is_beyond_doubt() {
    let server = Server::start(Engine::Sqlite).await;
    let smuggled = "GET /api/server/version HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let post = |headers: &str, body: &str| {
        format!("POST /api/auth/login HTTP/1.1\r\nhost: a\r\n{headers}\r\n{body}")
    };
    let length = smuggled.len();
    for request in [
        post("content-length: 5\r\ncontent-length: 6\r\n", "12345"),
        post("content-length: +5\r\n", "12345"),
        post("content-length: 5, 6\r\n", "12345"),
        post("transfer-encoding: gzip, identity\r\n", smuggled),
        post("transfer-encoding: xchunked\r\n", smuggled),
    ] {
        let said = exchange(&server, request.as_bytes()).await;
        assert_eq!(statuses(&said), ["400"], "{request} {said}");
    }
    // Of both, chunks decide, and nothing that follows is taken for a part of the body or the other way round.
    let both = post(
        &format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"),
        &format!("0\r\n\r\n{smuggled}"),
    );
    let said = exchange(&server, both.as_bytes()).await;
    assert!(
        matches!(statuses(&said).as_slice(), ["400"] | ["400", "200"]),
        "{said}"
    );
}

#[tokio::test]
async fn garbage_is_refused() {
    let server = Server::start(Engine::Sqlite).await;
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /api/server/ping\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
    ] {
        let said = exchange(&server, garbage).await;
        assert!(matches!(statuses(&said).as_slice(), [] | ["400"]), "{said}");
    }
    let odd = "GET /api/assets/..%2f..%2fetc%2fpasswd/original HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    assert_eq!(statuses(&exchange(&server, odd.as_bytes()).await), ["401"]);
}

test_on_both! {
    async fn only_get_takes_ranges(server: Server) {
        let picture = Picture::jpeg(1);
        let id = server.admin.upload(&server, &picture).await;
        let path = format!("/assets/{id}/original");
        let head = server.request_as(&server.admin, Method::HEAD, &path).header("range", "bytes=0-1");
        let answer = Answer::of(head).await;
        assert_eq!((answer.status, answer.header("content-range")), (200, ""));
        assert_eq!(answer.header("content-length"), picture.bytes.len().to_string());
    }
}

test_on_both! {
    async fn ranges_do_not_multiply_a_file(server: Server) {
        let picture = Picture::jpeg(1);
        let id = server.admin.upload(&server, &picture).await;
        for ranges in ["bytes=0-,0-,0-", &format!("bytes=0-1{}", ",0-1".repeat(16))] {
            let request = server.get(&server.admin, &format!("/assets/{id}/original"));
            let answer = Answer::of(request.header("range", ranges)).await;
            assert_eq!(answer.status, 200, "{ranges}");
            assert!(answer.bytes == picture.bytes, "{ranges}");
        }
    }
}

test_on_both! {
    async fn what_is_not_there_is_said(server: Server) {
        for (method, path) in [(Method::GET, "/nowhere"), (Method::DELETE, "/server/ping"), (Method::GET, "/assets/jobs/x/y")] {
            let message = format!("Cannot {method} /api{path}");
            assert_refused(server.request_as(&server.admin, method, path), 404, &message).await;
        }
    }
}

test_on_both! {
    async fn markup_in_names_stays_what_it_is(server: Server) {
        const MARKUP: &str = "<meta http-equiv=refresh content='0;url=//evil'><script>alert(1)</script>\"&";
        let owner = &server.admin;
        let rename = server.put(owner, "/users/me").json(&json!({"name": MARKUP}));
        assert_eq!(Answer::of(rename).await.status, 200);
        let asset = owner.upload(&server, &Picture::jpeg(1).named(&format!("{MARKUP}.jpg").replace('/', "-"))).await;
        assert_eq!(owner.update(&server, asset, json!({"description": MARKUP})).await.status, 200);
        let album = owner.album(&server, &[asset], json!({"albumName": MARKUP, "description": MARKUP})).await;
        let album = album["id"].as_str().expect("an id").to_owned();
        let comment = json!({"albumId": album, "type": "comment", "comment": MARKUP});
        assert_eq!(Answer::of(server.post(owner, "/activities").json(&comment)).await.status, 201);
        let link = json!({"type": "ALBUM", "albumId": album, "description": MARKUP});
        assert_eq!(Answer::of(server.post(owner, "/shared-links").json(&link)).await.status, 201);
        let tag = server.post(owner, "/tags").json(&json!({"name": MARKUP.replace('/', "|")}));
        assert_eq!(Answer::of(tag).await.status, 201);
        for path in [
            "/users/me".to_owned(),
            "/users".to_owned(),
            format!("/assets/{asset}"),
            "/albums".to_owned(),
            format!("/albums/{album}"),
            format!("/activities?albumId={album}"),
            "/shared-links".to_owned(),
            "/tags".to_owned(),
        ] {
            let answer = Answer::of(server.get(owner, &path)).await;
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.header("content-type"), "application/json", "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert!(answer.header("content-security-policy").contains("script-src 'self'"), "{path}");
            assert!(answer.json.to_string().contains("<script>"), "{path} tells the name as it is");
        }
        let original = Answer::of(server.get(owner, &format!("/assets/{asset}/original"))).await;
        assert!(!original.header("content-disposition").contains('<'), "names in headers are encoded");
    }
}
