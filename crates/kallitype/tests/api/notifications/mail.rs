//! Mail on its way to a mail server.

use serde_json::{Value, json};

use super::{add, invite, list, mailing, rename, zoe};
use crate::support::mail::{Door, Manners, Received};
use crate::support::server::Options;
use crate::support::{Answer, Engine, MailSink, Server, User, eventually};

/// A mail server that answers no one.
pub fn down() -> Manners {
    Manners {
        at_the_door: Door::HangUp,
        ..Manners::default()
    }
}

const SECRET: &str = "pässword for the mail server";

/// Makes an account that is told of by mail.
async fn welcome(server: &Server, email: &str, name: &str) {
    let arguments = ["--name", name, "--notify", "--smtp-host", "127.0.0.1"];
    User::another_with(server, email, &arguments).await;
}

/// Tells the administrator of an album, in the app and by mail.
async fn invite_admin(server: &Server) {
    let zoe = zoe(server).await;
    invite(server, &zoe, &server.admin, "Lake").await;
}

async fn entries(server: &Server) -> Vec<Value> {
    let request = server.get(&server.admin, "/jobs/entries?queue=notifications");
    let answer = Answer::of(request).await;
    answer.json.as_array().expect("a list").clone()
}

/// The only mail that waits, once it was tried in vain.
async fn failure(server: &Server, state: &str) -> Value {
    eventually("the failure", async || {
        let found = entries(server).await.into_iter().next()?;
        (found["state"] == state && found["error"].is_string()).then_some(found)
    })
    .await
}

async fn restart_queue(server: &Server) {
    let request = server.put(&server.admin, "/jobs/notifications");
    let answer = Answer::of(request.json(&json!({"command": "start"}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn a_new_account_is_welcomed(engine: Engine) {
    let sink = MailSink::start().await;
    let port = sink.port;
    let server = Server::start_with(engine, |options| {
        options
            .mailing_to(port)
            .with("smtp-reply-to", "help@example.org")
    })
    .await;
    welcome(&server, "zoe@example.org", "Zoë <script>").await;
    let mail = sink.wait_for(1).await.remove(0);
    assert!(
        mail.from.starts_with("FROM:<photos@example.org>"),
        "{mail:?}"
    );
    assert_eq!(mail.to, ["TO:<zoe@example.org>"]);
    for (name, value) in [
        ("From", "Jürgen's photos <photos@example.org>"),
        ("To", "Zoë <script> <zoe@example.org>"),
        ("Reply-To", "help@example.org"),
        ("Subject", "Welcome to Kallitype"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ] {
        assert_eq!(mail.header(name).replace('"', ""), value, "{name}");
    }
    assert!(
        mail.header("Message-ID").ends_with("@example.org>"),
        "{mail:?}"
    );
    assert!(mailparse::dateparse(&mail.header("Date")).is_ok());
    assert_form(&mail);
    let (text, page) = mail.parts();
    assert!(text.starts_with("Hello Zoë <script>,"), "{text}");
    assert!(
        page.contains("Hello Zoë &lt;script&gt;,") && !page.contains("<script"),
        "{page}"
    );
    for part in [text, page] {
        for expected in [
            "zoe@example.org",
            crate::support::user::PASSWORD,
            "https://photos.example.org",
        ] {
            assert!(part.contains(expected), "{expected} in {part}");
        }
        assert!(!part.contains("https://photos.example.org/\""), "{part}");
    }
    server.finish_jobs().await;
    let left = server.jobs("SELECT letter FROM mail").await;
    assert!(left.is_empty(), "no password is left");
    let features = Answer::of(server.get(&server.admin, "/server/features")).await;
    assert_eq!(features.json["email"], true);
}

/// Plain text first, then the page, both of which can be carried by every server.
fn assert_form(mail: &Received) {
    assert!(mail.data.is_ascii());
    assert!(mail.data.lines().all(|line| line.len() <= 998));
    let parsed = mail.parsed();
    assert_eq!(parsed.ctype.mimetype, "multipart/alternative");
    let types: Vec<&str> = parsed
        .subparts
        .iter()
        .map(|part| part.ctype.mimetype.as_str())
        .collect();
    assert_eq!(types, ["text/plain", "text/html"]);
}

#[tokio::test]
async fn a_new_account_is_welcomed_on_sqlite() {
    a_new_account_is_welcomed(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_new_account_is_welcomed_on_postgres() {
    a_new_account_is_welcomed(Engine::Postgres).await;
}

#[tokio::test]
async fn a_new_account_sees_its_welcome_in_the_app() {
    let sink = MailSink::start().await;
    let server = mailing(Engine::Sqlite, &sink).await;
    let told = ["--notify", "--smtp-host", "127.0.0.1"];
    let user = User::another_with(&server, "zoe@example.org", &told).await;
    let shown = list(&server, &user, "").await;
    assert_eq!(
        (shown.len(), &shown[0]["type"]),
        (1, &json!("SystemMessage"))
    );
    assert!(
        !shown[0]
            .to_string()
            .contains(crate::support::user::PASSWORD)
    );
}

#[tokio::test]
async fn names_cannot_add_headers_or_markup() {
    let sink = MailSink::start().await;
    let server = mailing(Engine::Sqlite, &sink).await;
    let evil = "A\r\nBcc: victim@example.org\r\n\r\n<script>alert('x')</script>\u{202e}\u{2028}\"&";
    let zoe = zoe(&server).await;
    rename(&server, &server.admin, evil).await;
    invite(&server, &zoe, &server.admin, evil).await;
    let mail = sink.wait_for(1).await.remove(0);
    assert_eq!(mail.to, ["TO:<admin@example.org>"]);
    let parsed = mail.parsed();
    let names: Vec<String> = parsed
        .headers
        .iter()
        .map(|header| header.get_key().to_lowercase())
        .collect();
    assert!(!names.contains(&"bcc".to_owned()), "{names:?}");
    let subject = mail.header("Subject");
    assert!(
        !subject.contains(['\r', '\n', '\u{202e}', '\u{2028}']),
        "{subject:?}"
    );
    assert!(
        mail.header("To").ends_with("<admin@example.org>"),
        "{}",
        mail.header("To")
    );
    assert_form(&mail);
    let (_, page) = mail.parts();
    assert!(
        !page.contains("<script") && page.contains("&lt;script&gt;"),
        "{page}"
    );
}

#[tokio::test]
async fn who_wants_no_mail_gets_none() {
    let sink = MailSink::start().await;
    let port = sink.port;
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.mailing_to(port).with("album-mail-delay-seconds", 0)
    })
    .await;
    let wishes = json!({"emailNotifications": {"albumUpdate": false}});
    let request = server.put(&server.admin, "/users/me/preferences");
    assert_eq!(Answer::of(request.json(&wishes)).await.status, 200);
    let zoe = zoe(&server).await;
    let album = invite(&server, &zoe, &server.admin, "Lake").await;
    add(&server, &zoe, &album, 1).await;
    server.finish_jobs().await;
    let received = sink.received();
    assert_eq!(received.len(), 1, "{received:?}");
    let subject = received[0].header("Subject");
    assert!(subject.contains("shared an album"), "{subject}");
    assert_eq!(
        list(&server, &server.admin, "").await.len(),
        2,
        "in the app everything is told"
    );
}

async fn mail_waits_for_its_server(engine: Engine) {
    let sink = MailSink::with(down()).await;
    let server = mailing(engine, &sink).await;
    invite_admin(&server).await;
    let failed = failure(&server, "waiting").await;
    let expected = (&json!(1), &Value::Null);
    assert_eq!((&failed["attempts"], &failed["assetId"]), expected);
    let states = Answer::of(server.get(&server.admin, "/jobs")).await;
    let counts = &states.json["notifications"]["jobCounts"];
    assert_eq!(counts["delayed"], 1, "{counts}");
    // It is tried again by itself.
    sink.behave(Manners::default());
    sink.wait_for(1).await;
    server.finish_jobs().await;
}

#[tokio::test]
async fn mail_waits_for_its_server_on_sqlite() {
    mail_waits_for_its_server(Engine::Sqlite).await;
}

#[tokio::test]
async fn mail_waits_for_its_server_on_postgres() {
    mail_waits_for_its_server(Engine::Postgres).await;
}

async fn what_was_refused_is_put_aside(engine: Engine) {
    let sink = MailSink::with(Manners {
        to_recipients: "550 no such user here".into(),
        ..Manners::default()
    })
    .await;
    let server = mailing(engine, &sink).await;
    let zoe = zoe(&server).await;
    let album = invite(&server, &zoe, &server.admin, "Lake").await;
    let failed = failure(&server, "failed").await;
    assert_eq!(failed["attempts"], 1);
    let error = failed["error"].as_str().expect("an error");
    assert!(error.contains("no such user here"), "{error}");
    sink.behave(Manners::default());
    // What waits for its time is not sent before it, what was put aside is.
    add(&server, &zoe, &album, 1).await;
    restart_queue(&server).await;
    let mail = sink.wait_for(1).await.remove(0);
    assert!(mail.header("Subject").contains("shared an album"));
    eventually("its end", async || {
        (entries(&server).await.len() == 1).then_some(())
    })
    .await;
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn what_was_refused_is_put_aside_on_sqlite() {
    what_was_refused_is_put_aside(Engine::Sqlite).await;
}

#[tokio::test]
async fn what_was_refused_is_put_aside_on_postgres() {
    what_was_refused_is_put_aside(Engine::Postgres).await;
}

/// Whether any form of the mail server's password stands in a text.
fn tells_secret(text: &str) -> bool {
    use base64::Engine as _;
    let encode = |text: &str| base64::prelude::BASE64_STANDARD.encode(text);
    [
        SECRET.to_owned(),
        encode(SECRET),
        encode(&format!("\0kallitype\0{SECRET}")),
    ]
    .iter()
    .any(|secret| text.contains(secret))
}

/// Options with a name and a password for the mail server.
fn signing_in(options: Options, port: u16) -> Options {
    options
        .mailing_to(port)
        .with("smtp-username", "kallitype")
        .with("smtp-password", SECRET)
}

#[tokio::test]
async fn a_servers_password_stands_nowhere() {
    // It repeats what it was told, as a careless one might.
    let manners = Manners {
        to_sign_ins: "535 wrong:".into(),
        ..Manners::default()
    };
    let sink = MailSink::with(manners).await;
    let port = sink.port;
    let server =
        Server::start_with(Engine::Sqlite, |options| signing_in(options, port).logged()).await;
    invite_admin(&server).await;
    // It can be put right, so it is tried again.
    let failed = failure(&server, "waiting").await;
    assert!(
        failed["error"]
            .as_str()
            .is_some_and(|error| error.contains("535")),
        "{failed}"
    );
    assert!(
        sink.sign_ins().iter().any(|sign_in| tells_secret(sign_in)),
        "it was sent"
    );
    assert!(!tells_secret(&failed.to_string()), "{failed}");
    let log =
        std::fs::read_to_string(server.options.log.as_ref().expect("a log")).expect("the log");
    assert!(log.contains("a job failed"), "the log says what happened");
    assert!(!tells_secret(&log));
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn the_password_can_stand_in_a_file() {
    let sink = MailSink::start().await;
    let port = sink.port;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("password");
    std::fs::write(&file, format!("{SECRET}\n")).expect("a file");
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .mailing_to(port)
            .with("smtp-username", "kallitype")
            .with("smtp-password-file", file.display())
    })
    .await;
    invite_admin(&server).await;
    sink.wait_for(1).await;
    assert!(tells_secret(&sink.sign_ins()[0]));
}

#[test]
fn settings_that_do_not_go_together_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options::fresh(Engine::Sqlite, folder.path());
    let sender = ["--smtp-host", "localhost", "--smtp-from", "me@example.org"];
    for (arguments, reason) in [
        (&sender[..2], "--smtp-from has to say whom mail comes from"),
        (
            &[&sender[..], &["--smtp-password-file", "/nowhere"]].concat(),
            "/nowhere",
        ),
        (&["--smtp-from", "me"], "invalid value 'me'"),
        (
            &[
                "--smtp-password",
                SECRET,
                "--smtp-password-file",
                "/nowhere",
            ],
            "cannot be used with",
        ),
    ] {
        let mut command = options.command(&["serve", "--listen", "127.0.0.1:0"]);
        let output = command.args(arguments).output().expect("the command ends");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && error.contains(reason),
            "{arguments:?}: {error}"
        );
        assert!(!tells_secret(&error), "{error}");
    }
}

#[tokio::test]
async fn mail_that_no_one_will_send_is_forgotten() {
    let sink = MailSink::with(down()).await;
    let port = sink.port;
    let mut server = Server::start_with(Engine::Sqlite, |options| {
        options.mailing_to(port).with("job-attempts", 1)
    })
    .await;
    let zoe = zoe(&server).await;
    let old = invite(&server, &zoe, &server.admin, "Old").await;
    invite(&server, &zoe, &server.admin, "New").await;
    add(&server, &zoe, &old, 1).await;
    eventually("both failures", async || {
        (server.job_errors().await.len() == 2).then_some(())
    })
    .await;
    server.stop();
    let age = "UPDATE mail SET created_at = 0 WHERE letter NOT LIKE '%New%'";
    assert_eq!(server.execute_sql(age).await, 2);
    server.start_again();
    let left = eventually("the old one's end", async || {
        let left = server
            .jobs("SELECT letter FROM mail ORDER BY template")
            .await;
        (left.len() < 3).then_some(left)
    })
    .await;
    assert!(
        left.len() == 2 && left[0].contains("New") && left[1].contains("Old"),
        "what waits for its time is kept: {left:?}"
    );
}
