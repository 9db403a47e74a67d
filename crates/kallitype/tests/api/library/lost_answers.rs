//! A database that commits and cannot say so: what it has a record of is kept.

use crate::support::{Answer, Engine, Picture, Relay, Server};

#[tokio::test]
async fn a_file_stays_when_no_one_knows_whether_it_is_recorded() {
    let mut relay = None;
    let mut server = Server::start_with(Engine::Postgres, |mut options| {
        let begun = relay.insert(Relay::start(&options.database_url));
        options.database_url = begun.url(&options.database_url);
        options.with("roles", "api")
    })
    .await;
    let relay = relay.unwrap();
    let picture = Picture::jpeg(1);
    let form = picture.form();
    let upload = server.post(&server.admin, "/assets").multipart(form);
    relay.lose_answers(true);
    let unknown = Answer::of(upload).await;
    relay.lose_answers(false);
    assert_eq!(unknown.status, 503, "{unknown:?}");

    // Whoever tries again is told that it is there: it has to be.
    let upload = server
        .post(&server.admin, "/assets")
        .multipart(picture.form());
    let again = Answer::of(upload).await;
    assert_eq!(again.json["status"], "duplicate", "{again:?}");
    let original = format!("/assets/{}/original", again.json["id"].as_str().unwrap());
    let kept = Answer::of(server.get(&server.admin, &original)).await;
    assert_eq!(kept.bytes, picture.bytes);

    server.crash_and_restart();
    let kept = Answer::of(server.get(&server.admin, &original)).await;
    assert_eq!(kept.bytes, picture.bytes);
    server.stop();
    let output = server.options.command(&["check"]).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
