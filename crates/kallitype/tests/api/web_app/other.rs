//! The build of another app, in a folder that the operator names.

use std::path::Path;

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tempfile::TempDir;

use crate::support::server::program;
use crate::support::{Answer, Engine, Picture, Server, assert_refused};

const SCRIPT: &str = "import('/_app/immutable/start.js')";
/// `printf %s "$SCRIPT" | openssl dgst -sha256 -binary | base64`
const SCRIPT_HASH: &str = "'sha256-Sx7mEAddWygR1tpMVnAeG2rkICvgyS0mQtpb8nlGeDg='";
const START: &str = "document.title = 'started'";

/// As apps are built with SvelteKit: a page, files that are named by their contents, and one in a compressed form.
fn build() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let page = format!(
        "<!doctype html><html><head><title>other</title><script src=\"/_app/immutable/first.js\"></script></head>\
         <body><script>{SCRIPT}</script></body></html>"
    );
    let files: [(&str, &[u8]); 6] = [
        ("index.html", page.as_bytes()),
        ("_app/immutable/start.js", START.as_bytes()),
        ("_app/immutable/start.js.br", b"compressed"),
        ("service-worker.js", b"self.skipWaiting()"),
        (".env", b"secret"),
        ("api/ping", b"not a file of the app"),
    ];
    for (name, bytes) in files {
        write(folder.path(), name, bytes);
    }
    folder
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

async fn start(folder: &TempDir) -> Server {
    let path = folder.path().to_str().expect("a path");
    Server::start_with(Engine::Sqlite, |options| options.with("web", path)).await
}

fn get(server: &Server, path: &str, accept: &str) -> RequestBuilder {
    let address = format!("{}{path}", server.address);
    server
        .http()
        .request(Method::GET, address)
        .header("accept", accept)
}

#[tokio::test]
async fn the_build_of_another_app_is_served() {
    let folder = build();
    let server = start(&folder).await;
    for path in ["/", "/photos", "/share/none"] {
        let page = Answer::of(get(&server, path, "text/html")).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(
            String::from_utf8_lossy(&page.bytes).contains("<title>other"),
            "{path}"
        );
        assert_eq!(page.header("cache-control"), "no-cache", "{path}");
        // The script in the page may run, and none that someone else brings in.
        let policy = page.header("content-security-policy");
        let scripts = policy.split(';').find(|part| part.contains("script-src"));
        assert_eq!(
            scripts.map(str::trim),
            Some(format!("script-src 'self' 'wasm-unsafe-eval' {SCRIPT_HASH}").as_str())
        );
    }
    for (path, kind, kept) in [
        (
            "/_app/immutable/start.js",
            "text/javascript",
            "public, max-age=31536000, immutable",
        ),
        ("/service-worker.js", "text/javascript", "no-cache"),
    ] {
        let file = Answer::of(get(&server, path, "*/*")).await;
        assert_eq!(
            (file.status, file.header("cache-control")),
            (200, kept),
            "{path}"
        );
        assert_eq!(file.header("content-type"), kind, "{path}");
        let again = get(&server, path, "*/*").header("if-none-match", file.header("etag"));
        assert_eq!(Answer::of(again).await.status, 304, "{path}");
    }
    let compressed = get(&server, "/_app/immutable/start.js", "*/*");
    let compressed = Answer::of(compressed.header("accept-encoding", "br")).await;
    assert_eq!(compressed.header("content-encoding"), "br");
    assert_eq!(compressed.bytes, b"compressed");

    // A new build is there at once.
    write(folder.path(), "index.html", b"<title>newer</title>");
    let page = Answer::of(get(&server, "/", "text/html")).await;
    assert!(String::from_utf8_lossy(&page.bytes).contains("newer"));
}

#[tokio::test]
async fn nothing_but_the_files_of_the_other_app_is_served() {
    let folder = build();
    write(
        folder.path().parent().expect("a folder"),
        "kallitype-outside",
        b"outside",
    );
    let server = start(&folder).await;
    for path in [
        "/.env",
        "/%2eenv",
        "/_app/immutable",
        "/_app/immutable/none.js",
        "/..%2fkallitype-outside",
        "/_app/..%2f..%2fkallitype-outside",
        "/api/ping",
        "/icon.svg",
    ] {
        let message = format!("Cannot GET {path}");
        assert_refused(get(&server, path, "*/*"), 404, &message).await;
    }
    let ping = Answer::of(get(&server, "/api/server/ping", "text/html")).await;
    assert_eq!(ping.json["res"], "pong");
}

#[tokio::test]
async fn links_are_told_of_in_the_page_of_the_other_app() {
    let folder = build();
    let server = start(&folder).await;
    let owner = &server.admin;
    let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
    let album = owner
        .album(&server, &[id], json!({"albumName": "Our summer"}))
        .await;
    let link = owner
        .share(
            &server,
            &[],
            json!({"type": "ALBUM", "albumId": album["id"]}),
        )
        .await;
    let path = format!("/share/{}", link["key"].as_str().expect("a key"));
    let page = Answer::of(get(&server, &path, "*/*")).await;
    let page = String::from_utf8(page.bytes).expect("text");
    assert!(
        page.contains("<meta property=\"og:title\" content=\"Our summer\">"),
        "{page}"
    );
    assert!(page.contains("<title>other"), "{page}");
}

#[test]
fn a_folder_without_an_app_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let output = program()
        .args(["serve", "--web"])
        .arg(folder.path())
        .arg("--data")
        .arg(&data)
        .output()
        .expect("the server");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("--web: there is no index.html in"), "{said}");
    assert!(!data.exists());
}
