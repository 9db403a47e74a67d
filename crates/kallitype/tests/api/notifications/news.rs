//! What is told of albums: each in the app and by mail.

use serde_json::{Value, json};

use super::mail::down;
use super::{add, descriptions, invite, list, mailing, path_of, zoe};
use crate::support::mail::Received;
use crate::support::{Answer, Engine, MailSink, Server, User, eventually};

/// A server whose mail about what is new in albums waits for some seconds.
async fn server_with(engine: Engine, sink: &MailSink, delay: u32) -> (Server, User) {
    let server = Server::start_with(engine, |options| {
        options
            .mailing_to(sink.port)
            .with("album-mail-delay-seconds", delay)
    })
    .await;
    let zoe = zoe(&server).await;
    (server, zoe)
}

/// The kinds of mail that wait.
async fn waiting(server: &Server) -> Vec<String> {
    server
        .jobs("SELECT template FROM mail ORDER BY template")
        .await
}

/// The subjects of mail about what is new, in their alphabet's order.
fn news(received: &[Received]) -> Vec<String> {
    let subjects = received.iter().map(|mail| mail.header("Subject"));
    let mut news: Vec<String> = subjects.filter(|it| it.starts_with("New in")).collect();
    news.sort();
    news
}

async fn an_invitation_is_told_in_both_ways(engine: Engine) {
    let sink = MailSink::start().await;
    let (server, zoe) = server_with(engine, &sink, 300).await;
    let name = "Été <b>au lac</b>";
    let album = invite(&server, &zoe, &server.admin, name).await;
    let told = list(&server, &server.admin, "").await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["type"], &told[0]["data"]),
        (&json!("Custom"), &json!({"albumId": album["id"]}))
    );
    assert_eq!(
        told[0]["description"],
        "Zoë shared “Été <b>au lac</b>” with you"
    );
    let mail = sink.wait_for(1).await.remove(0);
    assert_eq!(
        mail.header("Subject"),
        "Zoë shared an album with you: Été <b>au lac</b>"
    );
    let (text, page) = mail.parts();
    let link = format!("https://photos.example.org{}", path_of(&album));
    assert!(
        text.contains("“Été <b>au lac</b>”") && text.contains(&link),
        "{text}"
    );
    assert!(page.contains("“Été &lt;b&gt;au lac&lt;/b&gt;”"), "{page}");
    assert!(page.contains(&format!("href=\"{link}\"")), "{page}");
    server.finish_jobs().await;
    assert!(waiting(&server).await.is_empty());
}

#[tokio::test]
async fn an_invitation_is_told_in_both_ways_on_sqlite() {
    an_invitation_is_told_in_both_ways(Engine::Sqlite).await;
}

#[tokio::test]
async fn an_invitation_is_told_in_both_ways_on_postgres() {
    an_invitation_is_told_in_both_ways(Engine::Postgres).await;
}

async fn what_is_new_becomes_one_mail(engine: Engine) {
    let sink = MailSink::start().await;
    let (server, zoe) = server_with(engine, &sink, 3).await;
    let user = &server.admin;
    let lake = invite(&server, &zoe, user, "Lake").await;
    let sea = invite(&server, &zoe, user, "Sea").await;
    sink.wait_for(2).await;
    add(&server, &zoe, &lake, 1).await;
    add(&server, &zoe, &sea, 2).await;
    add(&server, &zoe, &lake, 3).await;
    let request = server.request_as(&zoe, reqwest::Method::PATCH, &path_of(&lake));
    let renamed = Answer::of(request.json(&json!({"albumName": "Great lake"}))).await;
    assert_eq!(renamed.status, 200, "{renamed:?}");
    add(&server, &zoe, &lake, 4).await;

    let told = list(&server, user, "?unread=true").await;
    assert_eq!(
        descriptions(&told),
        [
            "Zoë added to “Great lake”",
            "Zoë added to “Sea”",
            "Zoë shared “Sea” with you",
            "Zoë shared “Lake” with you"
        ]
    );
    assert_eq!(
        news(&sink.wait_for(4).await),
        ["New in the album Great lake", "New in the album Sea"]
    );
    server.finish_jobs().await;
    // What is new after that is told anew.
    let ids: Vec<&Value> = told.iter().map(|told| &told["id"]).collect();
    let read = json!({"readAt": "2024-05-06T07:08:09.000Z", "ids": ids});
    let request = server.put(user, "/notifications").json(&read);
    assert_eq!(Answer::of(request).await.status, 204);
    add(&server, &zoe, &sea, 5).await;
    assert_eq!(list(&server, user, "").await.len(), 5);
    assert_eq!(news(&sink.wait_for(5).await).len(), 3);
}

#[tokio::test]
async fn what_is_new_in_an_album_becomes_one_mail_on_sqlite() {
    what_is_new_becomes_one_mail(Engine::Sqlite).await;
}

#[tokio::test]
async fn what_is_new_in_an_album_becomes_one_mail_on_postgres() {
    what_is_new_becomes_one_mail(Engine::Postgres).await;
}

async fn who_left_an_album_gets_no_mail(engine: Engine) {
    let sink = MailSink::start().await;
    let (server, zoe) = server_with(engine, &sink, 3).await;
    let user = &server.admin;
    let left = invite(&server, &zoe, user, "Left").await;
    let kept = invite(&server, &zoe, user, "Kept").await;
    add(&server, &zoe, &left, 1).await;
    add(&server, &zoe, &kept, 2).await;
    let leave = server.delete(user, &format!("{}/user/me", path_of(&left)));
    assert_eq!(Answer::of(leave).await.status, 204);
    server.finish_jobs().await;
    assert_eq!(news(&sink.received()), ["New in the album Kept"]);
}

#[tokio::test]
async fn who_left_an_album_gets_no_mail_on_sqlite() {
    who_left_an_album_gets_no_mail(Engine::Sqlite).await;
}

#[tokio::test]
async fn who_left_an_album_gets_no_mail_on_postgres() {
    who_left_an_album_gets_no_mail(Engine::Postgres).await;
}

#[tokio::test]
async fn later_clients_are_told_what_it_is_about() {
    let server = Server::start(Engine::Sqlite).await;
    let (me, zoe) = (&server.admin, zoe(&server).await);
    let album = invite(&server, &zoe, me, "Lake").await;
    add(&server, &zoe, &album, 1).await;
    for (version, query, expected) in [
        ("2", "", Some("Custom")),
        ("2", "?type=Custom", Some("Custom")),
        ("3", "", Some("AlbumUpdate")),
        ("3", "?type=AlbumUpdate", Some("AlbumUpdate")),
        ("3", "?type=AlbumInvite", Some("AlbumInvite")),
        ("3", "?type=Custom", None),
    ] {
        let request = server.get(me, &format!("/notifications{query}"));
        let answer = Answer::of(request.header("x-kallitype-api-version", version)).await;
        assert_eq!(
            answer.json[0]["type"].as_str(),
            expected,
            "{version} {query}"
        );
    }
}

#[tokio::test]
async fn without_a_mail_server_no_mail_is_kept() {
    let server = Server::start(Engine::Sqlite).await;
    let zoe = zoe(&server).await;
    invite(&server, &zoe, &server.admin, "Lake").await;
    assert_eq!(list(&server, &server.admin, "").await.len(), 1);
    assert!(waiting(&server).await.is_empty());
}

#[tokio::test]
async fn mail_is_put_aside_when_its_server_is_taken_away() {
    let sink = MailSink::with(down()).await;
    let mut server = mailing(Engine::Sqlite, &sink).await;
    let zoe = zoe(&server).await;
    invite(&server, &zoe, &server.admin, "Lake").await;
    eventually("the first try", async || {
        let tries = server.jobs("SELECT kind FROM job WHERE error IS NOT NULL");
        (!tries.await.is_empty()).then_some(())
    })
    .await;
    server.stop();
    server.options.arguments.clear();
    server.start_again();
    let errors = eventually("the failure", async || {
        let errors = server.job_errors().await;
        (!errors.is_empty()).then_some(errors)
    })
    .await;
    assert_eq!(
        errors,
        ["send-mail: there is no mail server: none is in the settings, and --smtp-host is not set"]
    );
}
