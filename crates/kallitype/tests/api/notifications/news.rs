//! What other features have to tell: each is told in the app and by mail.

use clap::Parser;
use kallitype::config::MailOptions;
use kallitype::notifications::{AlbumNews, album_invited, album_left, album_updated};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{list, mailing};
use crate::support::{Answer, Engine, MailSink, Server, User, eventually};

/// The settings of a process that takes part in a library.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    mail: MailOptions,
}

/// Settings with mail, which waits for so many seconds when it is about what is new in an album.
pub fn options(delay: u32) -> MailOptions {
    let delay = delay.to_string();
    let words = [
        "",
        "--smtp-host",
        "localhost",
        "--album-mail-delay-seconds",
        &delay,
    ];
    Arguments::parse_from(words).mail
}

/// What can happen to an album.
#[derive(Clone, Copy)]
pub enum Event {
    Invited,
    Updated,
    Left,
}

/// Lets something happen to an album, as its feature would say it.
pub async fn happen(
    server: &Server,
    event: Event,
    album: (Uuid, &str),
    user: Uuid,
    mail: MailOptions,
) {
    let (album_id, name) = (album.0, album.1.to_owned());
    server
        .transaction(move |connection| {
            let news = AlbumNews {
                album_id,
                album_name: &name,
                sender_name: "Zoë",
            };
            match event {
                Event::Invited => album_invited(connection, &mail, &news, user),
                Event::Updated => album_updated(connection, &mail, &news, &[user]),
                Event::Left => album_left(connection, album_id, user),
            }
        })
        .await;
}

async fn server_with(engine: Engine, sink: &MailSink) -> (Server, User) {
    let server = mailing(engine, sink).await;
    let user = User::another(&server, "other@example.org").await;
    (server, user)
}

/// The kinds of mail that wait.
async fn waiting(server: &Server) -> Vec<String> {
    server
        .jobs("SELECT template FROM mail ORDER BY template")
        .await
}

async fn an_invitation_is_told_in_both_ways(engine: Engine) {
    let sink = MailSink::start().await;
    let (server, user) = server_with(engine, &sink).await;
    let album = Uuid::new_v4();
    happen(
        &server,
        Event::Invited,
        (album, "Été <b>au lac</b>"),
        user.id,
        options(300),
    )
    .await;
    let told = list(&server, &user, "").await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["type"], &told[0]["data"]),
        (&json!("Custom"), &json!({"albumId": album}))
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
    let link = format!("https://photos.example.org/albums/{album}");
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
    let (server, user) = server_with(engine, &sink).await;
    let (one, two) = (Uuid::new_v4(), Uuid::new_v4());
    for (album, name) in [
        (one, "Lake"),
        (two, "Sea"),
        (one, "Lake"),
        (one, "Great lake"),
    ] {
        happen(&server, Event::Updated, (album, name), user.id, options(3)).await;
    }
    let told = list(&server, &user, "?unread=true").await;
    let descriptions: Vec<&Value> = told.iter().map(|told| &told["description"]).collect();
    assert_eq!(
        descriptions,
        ["Zoë added to “Great lake”", "Zoë added to “Sea”"]
    );
    let mut subjects: Vec<String> = sink
        .wait_for(2)
        .await
        .iter()
        .map(|mail| mail.header("Subject"))
        .collect();
    subjects.sort();
    assert_eq!(
        subjects,
        ["New in the album Great lake", "New in the album Sea"]
    );
    server.finish_jobs().await;
    // What is new after that is told anew.
    let read = json!({"readAt": "2024-05-06T07:08:09.000Z", "ids": [told[0]["id"], told[1]["id"]]});
    assert_eq!(
        Answer::of(server.put(&user, "/notifications").json(&read))
            .await
            .status,
        204
    );
    happen(&server, Event::Updated, (two, "Sea"), user.id, options(0)).await;
    assert_eq!(list(&server, &user, "").await.len(), 3);
    sink.wait_for(3).await;
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
    let (server, user) = server_with(engine, &sink).await;
    let (left, kept) = (Uuid::new_v4(), Uuid::new_v4());
    for album in [left, kept] {
        happen(
            &server,
            Event::Updated,
            (album, "Lake"),
            user.id,
            options(3),
        )
        .await;
    }
    happen(&server, Event::Left, (left, "Lake"), user.id, options(3)).await;
    server.finish_jobs().await;
    let mail = sink.wait_for(1).await.remove(0);
    assert!(mail.parts().0.contains(&kept.to_string()));
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
    let (me, album) = (&server.admin, Uuid::new_v4());
    happen(
        &server,
        Event::Updated,
        (album, "Lake"),
        me.id,
        options(300),
    )
    .await;
    for (version, query, expected) in [
        ("2", "", Some("Custom")),
        ("2", "?type=Custom", Some("Custom")),
        ("3", "", Some("AlbumUpdate")),
        ("3", "?type=AlbumUpdate", Some("AlbumUpdate")),
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
    let none = Arguments::parse_from([""]).mail;
    let me = &server.admin;
    happen(
        &server,
        Event::Invited,
        (Uuid::new_v4(), "Lake"),
        me.id,
        none,
    )
    .await;
    assert_eq!(list(&server, me, "").await.len(), 1);
    assert!(waiting(&server).await.is_empty());
    // What another process kept is put aside with the reason.
    happen(
        &server,
        Event::Invited,
        (Uuid::new_v4(), "Lake"),
        me.id,
        options(300),
    )
    .await;
    let errors = eventually("the failure", async || {
        let errors = server.job_errors().await;
        (!errors.is_empty()).then_some(errors)
    })
    .await;
    assert_eq!(
        errors,
        ["send-mail: there is no mail server: --smtp-host is not set"]
    );
}
