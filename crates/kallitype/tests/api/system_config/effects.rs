//! What settings do.

use reqwest::Method;
use serde_json::{Value, json};

use super::{decide, document, put, with};
use crate::notifications::{invite, zoe};
use crate::support::provider::{CLIENT_ID, CLIENT_SECRET};
use crate::support::server::Options;
use crate::support::user::PASSWORD;
use crate::support::{Answer, Engine, Exif, MailSink, Picture, Provider, Server, assert_refused};
use crate::test_on_both;

/// The size of an asset's picture, once it is there.
async fn size_of_preview(server: &Server, picture: &Picture) -> (u32, u32) {
    let id = server.admin.upload(server, picture).await;
    server.finish_jobs().await;
    let path = format!("/assets/{id}/thumbnail?size=preview");
    let answer = Answer::of(server.get(&server.admin, &path)).await;
    let picture = image::load_from_memory(&answer.bytes).expect("a picture");
    (picture.width(), picture.height())
}

async fn log_in(server: &Server) -> Answer {
    let body = json!({"email": "admin@example.org", "password": PASSWORD});
    let request = server.request(Method::POST, "/auth/login").json(&body);
    Answer::of(request).await
}

test_on_both! {
    async fn pictures_places_and_passwords_follow_the_settings(server: Server) {
        assert_eq!(size_of_preview(&server, &Picture::jpeg_of_size(1, 120, 80)).await, (120, 80));
        decide(&server, &[
            ("image.preview.size", json!(60)),
            ("reverseGeocoding.enabled", json!(false)),
            ("passwordLogin.enabled", json!(false)),
            ("server.publicUsers", json!(false)),
        ]).await;
        assert_eq!(size_of_preview(&server, &Picture::jpeg_of_size(2, 120, 80)).await, (60, 40));
        let place = Exif { place: Some((48.8584, 2.2945)), ..Exif::default() };
        let id = server.admin.upload(&server, &Picture::jpeg(3).with_exif(place)).await;
        server.finish_jobs().await;
        let named = async || {
            let answer = Answer::of(server.get(&server.admin, &format!("/assets/{id}"))).await;
            answer.json["exifInfo"]["country"].clone()
        };
        assert_eq!(named().await, Value::Null);
        assert_eq!(log_in(&server).await.status, 401);
        decide(&server, &[("passwordLogin.enabled", json!(true)), ("reverseGeocoding.enabled", json!(true))]).await;
        assert_eq!(log_in(&server).await.status, 201);
        let body = json!({"latitude": 48.8584, "longitude": 2.2945});
        let request = server.put(&server.admin, &format!("/assets/{id}")).json(&body);
        assert_eq!(Answer::of(request).await.json["exifInfo"]["country"], "France");
    }
}

test_on_both! {
    async fn no_more_jobs_are_done_at_once_than_are_allowed(server: Server) {
        let count = "SELECT COUNT(*) FROM job WHERE queue = 'thumbnailGeneration' AND state = 'leased'";
        let watch = match server.options.engine {
            Engine::Sqlite => vec![
                "CREATE TABLE seen (jobs BIGINT)".to_owned(),
                format!("CREATE TRIGGER seen AFTER UPDATE OF state ON job WHEN NEW.state = 'leased' \
                    BEGIN INSERT INTO seen {count}; END"),
            ],
            Engine::Postgres => vec![
                "CREATE TABLE seen (jobs BIGINT)".to_owned(),
                format!("CREATE FUNCTION note_seen() RETURNS TRIGGER LANGUAGE plpgsql AS $$ \
                    BEGIN INSERT INTO seen {count}; RETURN NULL; END $$"),
                "CREATE TRIGGER seen AFTER UPDATE OF state ON job FOR EACH STATEMENT EXECUTE FUNCTION note_seen()".to_owned(),
            ],
        };
        for sql in watch {
            server.execute_sql(&sql).await;
        }
        decide(&server, &[("job.thumbnailGeneration.concurrency", json!(1))]).await;
        for seed in 0..12 {
            server.admin.upload(&server, &Picture::jpeg_of_size(seed, 300, 300)).await;
        }
        server.finish_jobs().await;
        let most = server.texts("SELECT CAST(MAX(jobs) AS TEXT) FROM seen".into()).await;
        assert_eq!(most, ["1"]);
    }
}

test_on_both! {
    async fn mail_is_sent_by_the_server_in_the_settings_in_the_words_there(server: Server) {
        let sink = MailSink::start().await;
        let before = document(&server).await;
        let mailing = |port: u16| with(&before, &[
            ("notifications.smtp.enabled", json!(true)),
            ("notifications.smtp.from", json!("Photos <photos@example.org>")),
            ("notifications.smtp.transport.host", json!("localhost")),
            ("notifications.smtp.transport.port", json!(port)),
            ("templates.email.albumInviteTemplate", json!("<b>{albumName}</b> of {senderName}")),
        ]);
        let nowhere = MailSink::nowhere().await;
        let reason = "Invalid SMTP configuration: the server does not answer, or does not let us in";
        assert_refused(put(&server, &mailing(nowhere)), 400, reason).await;
        assert_eq!(document(&server).await, before);
        let answer = Answer::of(put(&server, &mailing(sink.port))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let features = Answer::of(server.get(&server.admin, "/server/features")).await;
        assert_eq!(features.json["email"], true);
        let zoe = zoe(&server).await;
        invite(&server, &zoe, &server.admin, "Lake").await;
        let mail = sink.wait_for(1).await.remove(0);
        assert!(mail.parts().1.contains("<b>Lake</b> of Zoë"), "{}", mail.parts().1);
        let shown = server.post(&server.admin, "/admin/notifications/templates/album-invite").json(&json!({"template": ""}));
        let shown = Answer::of(shown).await;
        assert!(shown.json["html"].as_str().is_some_and(|html| html.contains("<b>Summer by the sea</b>")), "{shown:?}");
    }
}

#[tokio::test]
async fn people_sign_in_at_the_provider_in_the_settings() {
    let (server, provider) = (
        Server::start(Engine::Sqlite).await,
        Provider::start(&json!({})),
    );
    let body = json!({"redirectUri": format!("{}/auth/login", server.address)});
    let begin = || server.request(Method::POST, "/oauth/authorize").json(&body);
    assert_refused(begin(), 400, "OAuth is not enabled").await;
    decide(
        &server,
        &[
            ("oauth.enabled", json!(true)),
            ("oauth.issuerUrl", json!(provider.issuer)),
            ("oauth.clientId", json!(CLIENT_ID)),
            ("oauth.clientSecret", json!(CLIENT_SECRET)),
            ("oauth.scope", json!("openid email")),
        ],
    )
    .await;
    let begun = Answer::of(begin()).await;
    let url = begun.json["url"].as_str().expect("an address");
    assert!(
        url.starts_with(&provider.issuer) && url.contains("scope=openid+email"),
        "{url}"
    );
    decide(&server, &[("oauth.enabled", json!(false))]).await;
    assert_refused(begin(), 400, "OAuth is not enabled").await;
}

#[tokio::test]
async fn as_much_is_logged_as_the_settings_say() {
    let nowhere = MailSink::nowhere().await;
    let server = Server::start_with(Engine::Sqlite, |options| Options {
        log: Some(options.data.with_extension("log")),
        is_told_what_to_log: false,
        ..options
    })
    .await;
    // It cannot be sent, which is logged.
    let try_mail = async || {
        let body = json!({
            "enabled": true, "from": "me@example.org", "replyTo": "",
            "transport": {"host": "localhost", "port": nowhere, "username": "", "password": "", "ignoreCert": false},
        });
        let request = server
            .post(&server.admin, "/admin/notifications/test-email")
            .json(&body);
        assert_eq!(Answer::of(request).await.status, 400);
    };
    for (enabled, level) in [(false, "log"), (true, "fatal"), (true, "warn")] {
        decide(
            &server,
            &[
                ("logging.enabled", json!(enabled)),
                ("logging.level", json!(level)),
            ],
        )
        .await;
        try_mail().await;
    }
    let log = server.options.log.as_ref().expect("a log");
    let log = std::fs::read_to_string(log).expect("the log");
    assert_eq!(
        log.matches("a test mail could not be sent").count(),
        1,
        "{log}"
    );
}
