//! `POST /admin/notifications/test-email`

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::mail::{self, Manners, Tls};
use crate::support::{
    Answer, Credential, Door, Engine, MailSink, Server, User, assert_invalid, assert_refused,
};
use crate::test_on_both;

const PATH: &str = "/admin/notifications/test-email";
const FAILED: &str = "Failed to verify SMTP configuration";

fn body(port: u16) -> Value {
    json!({
        "enabled": true, "from": "Photos <photos@example.org>", "replyTo": "",
        "transport": {"host": "localhost", "port": port, "username": "", "password": "", "ignoreCert": false},
    })
}

fn request(server: &Server, body: &Value) -> RequestBuilder {
    server.post(&server.admin, PATH).json(body)
}

test_on_both! {
    async fn the_administrator_gets_a_mail(server: Server) {
        let sink = MailSink::start().await;
        let answer = Answer::of(request(&server, &body(sink.port))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let mail = sink.wait_for(1).await.remove(0);
        assert_eq!(answer.json, json!({"messageId": mail.header("Message-ID")}));
        assert_eq!(mail.to, ["TO:<admin@example.org>"]);
        assert_eq!(mail.header("Reply-To"), "Photos <photos@example.org>");
        assert!(mail.parts().0.contains("Hello Admin,"));
        assert!(sink.sign_ins().is_empty());
        // It is not kept.
        assert_eq!(server.execute_sql("DELETE FROM mail").await, 0);
        let features = Answer::of(server.get(&server.admin, "/server/features")).await;
        assert_eq!(features.json["email"], false, "what was tried is not what is used");
    }
}

#[tokio::test]
async fn whatever_goes_wrong_is_not_told_apart() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.logged().with("smtp-timeout-seconds", 5)
    })
    .await;
    let nowhere = MailSink::nowhere().await;
    assert_refused(request(&server, &body(nowhere)), 400, FAILED).await;
    let manners = Manners {
        to_sign_ins: "535 wrong:".into(),
        to_recipients: "550 no such user here".into(),
        ..Manners::default()
    };
    let sink = MailSink::with(manners).await;
    assert_refused(request(&server, &body(sink.port)), 400, FAILED).await;
    let mut signing_in = body(sink.port);
    signing_in["transport"]["username"] = json!("kallitype");
    signing_in["transport"]["password"] = json!("a secret of the mail server");
    assert_refused(request(&server, &signing_in), 400, FAILED).await;
    assert_eq!(sink.sign_ins().len(), 1);
    sink.behave(Manners {
        at_the_door: mail::Door::SayNothing,
        ..Manners::default()
    });
    assert_refused(request(&server, &body(sink.port)), 400, FAILED).await;
    let log =
        std::fs::read_to_string(server.options.log.as_ref().expect("a log")).expect("the log");
    for reason in ["no such user here", "535", "did not answer in time"] {
        assert!(log.contains(reason), "{reason} in {log}");
    }
    assert!(
        !log.contains("a secret of the mail server") && !log.contains(&sink.sign_ins()[0]),
        "{log}"
    );
}

#[tokio::test]
async fn certificates_are_checked_unless_they_are_not_to_be() {
    let server = Server::start(Engine::Sqlite).await;
    for (tls, secure) in [(Tls::FromTheBeginning, true), (Tls::AfterStartTls, false)] {
        let manners = Manners {
            tls: Some(tls),
            ..Manners::default()
        };
        let sink = MailSink::with(manners).await;
        let mut body = body(sink.port);
        body["transport"]["secure"] = json!(secure);
        body["transport"]["username"] = json!("kallitype");
        body["transport"]["password"] = json!("secret");
        assert_refused(request(&server, &body), 400, FAILED).await;
        assert!(
            sink.sign_ins().is_empty(),
            "no password is sent to whom no one vouches for"
        );
        body["transport"]["ignoreCert"] = json!(true);
        let answer = Answer::of(request(&server, &body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(sink.wait_for(1).await[0].was_encrypted);
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let number = "transport.port must be an integer number";
        assert_invalid(request(&server, &json!({})), &[
            "enabled should not be empty",
            "enabled must be a boolean value",
            "from must be a string",
            "from should not be empty",
            "replyTo must be a string",
            "transport must be an object",
        ]).await;
        for (name, value, rule) in [
            ("port", json!("x"), number),
            ("port", json!(65_536), "transport.port must not be greater than 65535"),
            ("port", json!(-1), "transport.port must not be less than 0"),
            ("host", json!(""), "transport.host should not be empty"),
            ("ignoreCert", json!("x"), "transport.ignoreCert must be a boolean value"),
            ("password", json!(5), "transport.password must be a string"),
            ("username", json!(null), "transport.username must be a string"),
        ] {
            let mut body = body(25);
            body["transport"][name] = value;
            assert_invalid(request(&server, &body), &[rule]).await;
        }
        for name in ["from", "replyTo"] {
            let mut body = body(25);
            body[name] = json!("no one\r\nBcc: victim@example.org");
            assert_invalid(request(&server, &body), &[&format!("{name} must be an email")]).await;
        }
    }
}

test_on_both! {
    async fn only_administrators_with_every_permission_try(server: Server) {
        let sink = MailSink::start().await;
        let door = Door::new(Method::POST, PATH, "all").body(body(sink.port));
        door.assert_closed(&server).await;
        let other = User::another(&server, "other@example.org").await;
        for way in [Credential::from(&other), other.api_key(&server, &["all"]).await] {
            assert_refused(door.request(&server, &way), 403, "Forbidden").await;
        }
        assert!(sink.received().is_empty());
        door.open(&server, 200).await;
    }
}
