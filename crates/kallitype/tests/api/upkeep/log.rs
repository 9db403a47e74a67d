//! `/kallitype/log`

use serde_json::{Value, json};

use crate::support::{Answer, Engine, MailSink, Server, assert_invalid};
use crate::test_on_both;

const SECRET: &str = "a password that no one may read";

async fn log(server: &Server, query: &str) -> Value {
    let answer = Answer::of(server.get(&server.admin, &format!("/kallitype/log{query}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

/// Has the server log that a mail could not be sent.
async fn fail_to_mail(server: &Server) {
    let body = json!({
        "enabled": true, "from": "me@example.org", "replyTo": "",
        "transport": {
            "host": "localhost", "port": MailSink::nowhere().await, "username": "me", "password": SECRET, "ignoreCert": false,
        },
    });
    let request = server
        .post(&server.admin, "/admin/notifications/test-email")
        .header("x-request-id", "asked-by-a-test");
    assert_eq!(Answer::of(request.json(&body)).await.status, 400);
}

fn texts(log: &Value) -> Vec<&str> {
    let lines = log["lines"].as_array().expect("a list");
    lines
        .iter()
        .filter_map(|line| line["text"].as_str())
        .collect()
}

test_on_both! {
    async fn what_was_logged_is_found_by_level_and_words(server: Server) {
        fail_to_mail(&server).await;
        let said = "a test mail could not be sent";
        let all = log(&server, "").await;
        assert_eq!(all["isKept"], true);
        let line = all["lines"].as_array().expect("a list").iter()
            .find(|line| line["text"].as_str().is_some_and(|text| text.starts_with(said)))
            .expect("the line");
        assert_eq!(line["level"], "warn");
        assert!(line["text"].as_str().is_some_and(|text| text.contains(" error=")), "{line}");
        assert!(line["target"].as_str().is_some_and(|target| target.starts_with("kallitype")), "{line}");
        assert!(!all.to_string().contains(SECRET));
        assert!(line["text"].as_str().is_some_and(|text| text.contains("id=\"asked-by-a-test\"")), "{line}");
        let found = log(&server, "?level=warn&words=MAIL+test+notifications").await;
        assert_eq!(texts(&found).len(), 1, "{found}");
        assert_eq!(texts(&log(&server, "?level=error&words=test+mail").await), [""; 0]);
        assert_eq!(texts(&log(&server, "?words=nothing+of+this+kind").await), [""; 0]);
        let get = |query: &str| server.get(&server.admin, &format!("/kallitype/log{query}"));
        let levels = "level must be one of the following values: error, warn, info, debug, trace";
        assert_invalid(get("?level=loud"), &[levels]).await;
        let long = format!("?words={}", "x".repeat(201));
        assert_invalid(get(&long), &["words must be shorter than or equal to 200 characters"]).await;
    }
}

#[tokio::test]
async fn no_more_is_kept_than_is_wished() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("recent-log-bytes", 0)
    })
    .await;
    fail_to_mail(&server).await;
    let nothing = json!({"lines": [], "hasMore": false, "isKept": false});
    assert_eq!(log(&server, "").await, nothing);

    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("recent-log-bytes", 400)
    })
    .await;
    for _ in 0..8 {
        fail_to_mail(&server).await;
    }
    let last = log(&server, "").await;
    let bytes: usize = texts(&last).iter().map(|text| text.len()).sum();
    assert!(bytes <= 400 && !texts(&last).is_empty(), "{last}");
    assert_eq!(last["hasMore"], true);
}
