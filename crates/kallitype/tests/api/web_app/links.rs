//! What programs are told of a shared link before someone opens it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::server::Options;
use crate::support::{Answer, Engine, Picture, Server};
use crate::test_on_both;

const MARKUP: &str = "\"><script>alert(1)</script>&'";
const ESCAPED: &str = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;'";

/// What the page under an address says, as it is asked for by a program that shows links.
async fn page(server: &Server, path: &str) -> String {
    let address = format!("{}{path}", server.address);
    let request = server.http().request(Method::GET, address);
    let answer = Answer::of(request.header("accept", "*/*")).await;
    assert_eq!(answer.status, 200, "{path} {answer:?}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    String::from_utf8(answer.bytes).expect("text")
}

/// The value of a property of a page.
fn said<'a>(page: &'a str, property: &str) -> Option<&'a str> {
    let start = format!("<meta property=\"og:{property}\" content=\"");
    let (_, rest) = page.split_once(&start)?;
    rest.split('"').next()
}

fn by_key(link: &Value) -> String {
    format!("/share/{}", link["key"].as_str().expect("a key"))
}

async fn says_nothing(server: &Server, path: &str) {
    assert_eq!(page(server, path).await, page(server, "/").await, "{path}");
}

fn reached_by_a_name(options: Options) -> Options {
    options.with("external-url", "https://photos.example.org/")
}

impl Server {
    pub async fn start_with_a_name(engine: Engine) -> Self {
        Self::start_with(engine, reached_by_a_name).await
    }
}

test_on_both! {
    async fn an_album_has_its_name_and_its_cover(server: Server) {
        let owner = &server.admin;
        let first = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let second = owner.upload_and_settle(&server, &Picture::jpeg(2)).await;
        let album = owner.album(&server, &[first, second], json!({"albumName": MARKUP})).await;
        let settings = json!({"type": "ALBUM", "albumId": album["id"], "slug": "our summer"});
        let link = owner.share(&server, &[], settings).await;
        for path in [by_key(&link), "/s/our%20summer".to_owned()] {
            let page = page(&server, &path).await;
            assert_eq!(said(&page, "title"), Some(ESCAPED), "{page}");
            assert_eq!(said(&page, "description"), Some("2 photos and videos"));
            assert!(!page.contains("<script>alert"), "{page}");
            let image = said(&page, "image").expect("a picture").replace("&amp;", "&");
            let picture = Answer::of(server.http().request(Method::GET, image)).await;
            assert_eq!((picture.status, picture.header("content-type")), (200, "image/jpeg"));
        }
    }
}

test_on_both! {
    async fn single_pictures_have_what_was_said_of_them(server: Server) {
        let owner = &server.admin;
        let id = owner.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({"description": MARKUP})).await;
        let shown = page(&server, &by_key(&link)).await;
        assert_eq!(said(&shown, "title"), Some("Shared photos"));
        assert_eq!(said(&shown, "description"), Some(ESCAPED));
        assert!(said(&shown, "image").is_some_and(|image| image.starts_with(&server.address)), "{shown}");

        // What is in the trash is shown to no one.
        owner.trash(&server, id).await;
        let shown = page(&server, &by_key(&link)).await;
        assert_eq!(said(&shown, "image"), None, "{shown}");
    }
}

test_on_both! {
    async fn what_is_closed_says_nothing(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let protected = owner.share(&server, &[id], json!({"password": "sesame", "slug": "closed"})).await;
        let ended = owner.share(&server, &[id], json!({"expiresAt": "2020-01-01T00:00:00.000Z", "slug": "ended"})).await;
        for path in [
            by_key(&protected),
            by_key(&ended),
            "/s/closed".to_owned(),
            "/s/ended".to_owned(),
            "/s/nothing".to_owned(),
            "/share/nothing".to_owned(),
            "/s/%ff".to_owned(),
        ] {
            says_nothing(&server, &path).await;
        }
    }
}

test_on_both! {
    async fn pictures_are_found_under_the_servers_own_address(server: Server by start_with_a_name) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({})).await;
        let page = page(&server, &by_key(&link)).await;
        let start = format!("https://photos.example.org/api/assets/{id}/thumbnail?");
        assert!(said(&page, "image").is_some_and(|image| image.starts_with(&start)), "{page}");
    }
}
