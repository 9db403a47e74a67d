//! How the app's files are served.

use std::io::Read;

use reqwest::{Method, RequestBuilder};

use crate::support::{Answer, Engine, Server, assert_refused};

/// What a browser says that it takes when someone opens an address.
const PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn ask(server: &Server, method: Method, path: &str) -> RequestBuilder {
    server
        .http()
        .request(method, format!("{}{path}", server.address))
}

async fn open(server: &Server, path: &str) -> Answer {
    Answer::of(ask(server, Method::GET, path).header("accept", PAGE)).await
}

/// The address of the app's first script.
async fn script(server: &Server) -> String {
    let page = open(server, "/").await;
    assert_eq!(
        page.status, 200,
        "`make web` builds the app; then the server has to be built again"
    );
    let text = String::from_utf8(page.bytes).expect("text");
    let (_, rest) = text.split_once("src=\"").expect("a script");
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_address_of_the_app_is_its_page() {
    let server = Server::start(Engine::Sqlite).await;
    let page = open(&server, "/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for path in [
        "/albums",
        "/photos/an-id",
        "/auth/login?code=1",
        "/no/such/page",
        "/apiary",
    ] {
        let answer = open(&server, path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.bytes == page.bytes, "{path}");
    }
    let head = Answer::of(ask(&server, Method::HEAD, "/albums").header("accept", PAGE)).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
}

#[tokio::test]
async fn what_is_not_the_apps_stays_what_it_was() {
    let server = Server::start(Engine::Sqlite).await;
    for path in [
        "/api",
        "/api/nothing",
        "/.well-known/nothing",
        "/app/nothing.js",
        "/app",
    ] {
        let request = ask(&server, Method::GET, path).header("accept", PAGE);
        assert_refused(request, 404, &format!("Cannot GET {path}")).await;
    }
    // Programs ask for no page.
    let program = ask(&server, Method::GET, "/albums").header("accept", "application/json, */*");
    assert_refused(program, 404, "Cannot GET /albums").await;
    let change = ask(&server, Method::POST, "/albums").header("accept", PAGE);
    assert_refused(change, 404, "Cannot POST /albums").await;
}

#[tokio::test]
async fn files_are_kept_by_browsers_as_long_as_they_are_the_same() {
    let server = Server::start(Engine::Sqlite).await;
    let script = script(&server).await;
    for (path, kept) in [
        ("/", "no-cache"),
        ("/icon.svg", "no-cache"),
        ("/app.webmanifest", "no-cache"),
        ("/notices.txt", "no-cache"),
        (&script, "public, max-age=31536000, immutable"),
    ] {
        let answer = Answer::of(ask(&server, Method::GET, path)).await;
        assert_eq!(answer.header("cache-control"), kept, "{path}");
        let tag = answer.header("etag").to_owned();
        assert!(tag.len() > 10, "{path} {tag}");
        for known in [tag.as_str(), &format!("\"other\", W/{tag}"), "*"] {
            let again = ask(&server, Method::GET, path).header("if-none-match", known);
            let again = Answer::of(again).await;
            assert_eq!((again.status, again.bytes.len()), (304, 0), "{path}");
            assert_eq!(again.header("etag"), tag, "{path}");
        }
        let other = ask(&server, Method::GET, path).header("if-none-match", "\"other\"");
        assert_eq!(Answer::of(other).await.status, 200, "{path}");
    }
    // What the app's libraries ask to be said of them, those of its workers too.
    let notices = Answer::of(ask(&server, Method::GET, "/notices.txt")).await;
    let notices = String::from_utf8(notices.bytes).expect("text");
    for library in ["svelte", "maplibre-gl", "socket.io-client", "@noble/hashes"] {
        assert!(notices.contains(&format!("\n{library} ")), "{library}");
    }
}

#[tokio::test]
async fn files_are_sent_in_the_best_form_that_a_browser_takes() {
    let server = Server::start(Engine::Sqlite).await;
    let script = script(&server).await;
    let plain = Answer::of(ask(&server, Method::GET, &script)).await;
    assert_eq!(plain.header("content-encoding"), "");
    let mut tags = vec![plain.header("etag").to_owned()];
    for (accepted, encoding) in [
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("br; q=0.0", ""),
    ] {
        let answer = ask(&server, Method::GET, &script).header("accept-encoding", accepted);
        let answer = Answer::of(answer).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(answer.header("vary"), "accept-encoding", "{accepted}");
        let kind = answer.header("content-type");
        assert_eq!(kind, "text/javascript; charset=utf-8", "{accepted}");
        if encoding == "gzip" {
            let mut decoded = Vec::new();
            let mut decoder = flate2::read::GzDecoder::new(answer.bytes.as_slice());
            decoder.read_to_end(&mut decoded).expect("a whole file");
            assert!(decoded == plain.bytes);
        }
        if encoding.is_empty() {
            assert!(answer.bytes == plain.bytes);
        } else {
            assert!(answer.bytes.len() * 2 < plain.bytes.len(), "{accepted}");
            tags.push(answer.header("etag").to_owned());
        }
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "each form has a tag of its own");
}

#[tokio::test]
async fn nothing_outside_the_app_is_a_file_of_it() {
    let server = Server::start(Engine::Sqlite).await;
    for path in [
        "/app/..%2f..%2f.gitignore",
        "/app/..%5c..%5cpackage.json",
        "/app//etc/passwd",
    ] {
        let answer = open(&server, path).await;
        assert_eq!(answer.status, 404, "{path} {answer:?}");
    }
}
