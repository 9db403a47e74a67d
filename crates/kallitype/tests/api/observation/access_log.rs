//! `--access-log`

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::server::Options;
use crate::support::{Answer, Credential, Engine, Picture, Server, eventually};
use crate::test_on_both;

fn logged(options: Options) -> Options {
    options
        .heard()
        .with_on("access-log")
        .with("log-format", "json")
}

/// The line of a request, by the name that it was given.
async fn line(server: &Server, id: &str) -> Value {
    eventually("the request's line", async || {
        let output = server.output();
        let mut lines = output.lines().filter_map(parse);
        lines.find(|line| line["fields"]["request_id"] == id)
    })
    .await["fields"]
        .clone()
}

fn parse(line: &str) -> Option<Value> {
    serde_json::from_str(line).ok()
}

impl Server {
    pub async fn start_with_access_log(engine: Engine) -> Self {
        Self::start_with(engine, logged).await
    }
}

test_on_both! {
    async fn every_request_gets_a_line(server: Server by start_with_access_log) {
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let path = format!("/assets/{id}/original");
        let named = |name: &str| server.get(&server.admin, &path).header("x-request-id", name.to_owned());
        let file = Answer::of(named("file")).await;
        let found = line(&server, "file").await;
        assert_eq!(found["message"], "answered");
        assert_eq!(found["client"], "127.0.0.1");
        assert_eq!(found["user"], server.admin.id.to_string());
        assert_eq!((&found["method"], &found["status"]), (&json!("GET"), &json!(200)));
        assert_eq!(found["path"], format!("/api{path}"));
        assert_eq!(found["bytes"], file.bytes.len());
        assert!(found["milliseconds"].as_f64().is_some_and(|milliseconds| milliseconds > 0.0));

        let head = server.request_as(&server.admin, Method::HEAD, &path).header("x-request-id", "head");
        assert_eq!(Answer::of(head).await.status, 200);
        let found = line(&server, "head").await;
        assert_eq!((&found["message"], &found["bytes"]), (&json!("answered"), &json!(0)));

        let unchanged = named("unchanged").header("if-none-match", file.header("etag"));
        assert_eq!(Answer::of(unchanged).await.status, 304);
        let found = line(&server, "unchanged").await;
        assert_eq!((&found["message"], &found["status"]), (&json!("answered"), &json!(304)));

        let refused = server.get(Credential::None, "/users/me").header("x-request-id", "refused");
        assert_eq!(Answer::of(refused).await.status, 401);
        let found = line(&server, "refused").await;
        assert_eq!((&found["status"], &found["user"]), (&json!(401), &Value::Null));
    }
}

test_on_both! {
    async fn it_tells_no_keys(server: Server by start_with_access_log) {
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let link = server.admin.share(&server, &[id], json!({})).await;
        let Credential::ApiKey(api_key) = server.admin.api_key(&server, &["all"]).await else {
            panic!("an API key");
        };
        let link_key = link["key"].as_str().expect("a key");
        let token = server.admin.token.as_str();
        for (name, secret) in [("key", link_key), ("apiKey", &api_key), ("sessionKey", token)] {
            let path = format!("/assets/{id}?{name}={secret}");
            let request = server.get(Credential::None, &path).header("x-request-id", name);
            assert_eq!(Answer::of(request).await.status, 200, "{name}");
            let line = line(&server, name).await;
            assert_eq!(line["path"], format!("/api/assets/{id}"), "{name}");
            let who = if name == "key" { &link["id"] } else { &json!(server.admin.id) };
            let by = if name == "key" { "link" } else { "user" };
            assert_eq!(&line[by], who, "{line}");
            assert!(!server.output().contains(secret), "{name} is in the log");
        }
        for (name, start) in [("by-key", "/share/"), ("by-slug", "/s/")] {
            let address = format!("{}{start}{link_key}", server.address);
            let request = server.http().request(Method::GET, address).header("x-request-id", name);
            assert_eq!(Answer::of(request).await.status, 200, "{name}");
            assert_eq!(line(&server, name).await["path"], format!("{start}…"));
            assert!(!server.output().contains(link_key), "{name} is in the log");
        }
    }
}

test_on_both! {
    async fn an_answer_that_is_cut_off_is_called_so(server: Server by start_with_access_log) {
        let film = Picture::new(vec![7; 32 << 20], "film.mp4");
        let id = server.admin.upload(&server, &film).await;
        let address = server.address.strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        let request = format!(
            "GET /api/assets/{id}/original HTTP/1.1\r\nhost: a\r\nx-request-id: hasty\r\nauthorization: Bearer {}\r\n\r\n",
            server.admin.token
        );
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        stream.read_u8().await.expect("an answer begins");
        drop(stream);
        let line = line(&server, "hasty").await;
        assert_eq!((&line["message"], &line["status"]), (&json!("cut off"), &json!(200)));
        assert!(line["bytes"].as_u64().is_some_and(|bytes| bytes < film.bytes.len() as u64), "{line}");
    }
}

#[tokio::test]
async fn behind_a_proxy_the_client_is_named() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        logged(options).with("trusted-proxies", "127.0.0.1")
    })
    .await;
    let request = server
        .get(Credential::None, "/server/ping")
        .header("x-request-id", "proxied")
        .header("x-forwarded-for", "203.0.113.9");
    Answer::of(request).await;
    assert_eq!(line(&server, "proxied").await["client"], "203.0.113.9");
}

#[tokio::test]
async fn as_text_it_is_a_line_too() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.heard().with_on("access-log").with("log", "warn")
    })
    .await;
    let request = server
        .get(Credential::None, "/server/ping?apiKey=secret")
        .header("x-request-id", "plain");
    Answer::of(request).await;
    let line = eventually("the request's line", async || {
        let output = server.output();
        let mut lines = output.lines();
        lines
            .find(|line| line.contains("request_id=plain"))
            .map(str::to_owned)
    })
    .await;
    for part in [
        "access: answered",
        "client=127.0.0.1",
        "method=\"GET\"",
        "path=\"/api/server/ping\"",
        "status=200",
        "bytes=14",
        "milliseconds=",
    ] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert!(!line.contains("secret"), "{line}");
}

#[tokio::test]
async fn nothing_is_printed_unless_it_is_asked_for() {
    let mut server = Server::start_with(Engine::Sqlite, Options::heard).await;
    Answer::of(server.get(Credential::None, "/server/ping")).await;
    server.stop();
    assert_eq!(server.output(), "");
}
