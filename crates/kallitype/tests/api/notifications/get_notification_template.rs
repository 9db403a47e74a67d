//! `POST /admin/notifications/templates/{name}`

use reqwest::Method;
use serde_json::json;

use crate::support::{
    Answer, Credential, Door, Engine, Server, User, assert_invalid, assert_refused,
};
use crate::test_on_both;

async fn render(server: &Server, name: &str, template: &str) -> String {
    let request = server.post(
        &server.admin,
        &format!("/admin/notifications/templates/{name}"),
    );
    let answer = Answer::of(request.json(&json!({"template": template}))).await;
    assert_eq!(
        (answer.status, &answer.json["name"]),
        (200, &json!(name)),
        "{answer:?}"
    );
    answer.json["html"].as_str().expect("a page").to_owned()
}

test_on_both! {
    async fn every_template_is_shown_with_made_up_names(server: Server) {
        for (name, text) in [
            ("welcome", "ada@example.org"),
            ("album-invite", "Grace Example has added you to the album “Summer by the sea”"),
            ("album-update", "in the album “Summer by the sea”"),
            ("test", "takes mail from Kallitype"),
        ] {
            let page = render(&server, name, "").await;
            assert!(page.starts_with("<!DOCTYPE html>") && page.contains(text), "{name}: {page}");
            assert!(page.contains("Hello Ada Example,"), "{name}: {page}");
            // Nothing is loaded, and without an address nothing is linked.
            for loading in ["<img", "src=", "url(", "<script", "<link", "href="] {
                assert!(!page.contains(loading), "{loading} in {name}: {page}");
            }
        }
        assert_eq!(render(&server, "reset-everything", "x").await, "");
    }
}

#[tokio::test]
async fn an_administrator_says_it_in_other_words() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("external-url", "https://photos.example.org/?a=1&b=2")
    })
    .await;
    for (name, template, expected) in [
        (
            "welcome",
            "<p>{displayName}: <b>{username}</b> {password} {nothing}</p>",
            "<p>Ada Example: <b>ada@example.org</b> a-first-password {nothing}</p>",
        ),
        (
            "album-invite",
            "{recipientName}, see {albumName} of {senderName}: {baseUrl}/albums/{albumId}",
            "Ada Example, see Summer by the sea of Grace Example: \
             https://photos.example.org/?a=1&amp;b=2/albums/00000000-0000-0000-0000-000000000000",
        ),
        (
            "album-update",
            "{recipientName}: {albumName}",
            "Ada Example: Summer by the sea",
        ),
    ] {
        let page = render(&server, name, template).await;
        assert!(page.contains(expected), "{name}: {page}");
        assert!(!page.contains("Hello"), "{name}: {page}");
    }
}

test_on_both! {
    async fn only_administrators_with_every_permission_see_templates(server: Server) {
        let path = "/admin/notifications/templates/welcome";
        let door = Door::new(Method::POST, path, "all").body(json!({"template": ""}));
        door.assert_closed(&server).await;
        door.open(&server, 200).await;
        let other = User::another(&server, "other@example.org").await;
        assert_refused(door.request(&server, &Credential::from(&other)), 403, "Forbidden").await;
        assert_invalid(server.post(&server.admin, path).json(&json!({})), &["template must be a string"]).await;
    }
}
