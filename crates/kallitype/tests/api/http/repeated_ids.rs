//! Lists of ids are sets: what stands in one fifty thousand times is done once.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Picture, Server};
use crate::test_on_both;

/// As many as a list may have.
const TIMES: usize = 50_000;

/// How many changes were counted in the database.
async fn changes(server: &Server) -> u64 {
    let sql = match server.options.database_url.as_str() {
        "sqlite" => "SELECT CAST(last AS TEXT) FROM change_counter",
        _ => "SELECT last_value::text FROM change_counter",
    };
    let counted = server.texts(sql.to_owned()).await;
    counted[0].parse().expect("a number")
}

/// How often jobs on assets were asked for.
async fn askings(server: &Server) -> u64 {
    let sql = "SELECT CAST(COALESCE(SUM(generation + 1), 0) AS TEXT) FROM job WHERE kind IN \
        ('extract-metadata', 'generate-thumbnails', 'write-sidecar')";
    server.texts(sql.to_owned()).await[0]
        .parse()
        .expect("a number")
}

async fn send(request: RequestBuilder, body: &Value) -> Value {
    let answer = Answer::of(request.json(body)).await;
    assert!(answer.status < 300, "{answer:?}");
    answer.json
}

async fn made(server: &Server, path: &str, body: &Value) -> Uuid {
    let answer = send(server.post(&server.admin, path), body).await;
    answer["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id")
}

async fn check(server: Server) {
    let owner = &server.admin;
    let id = owner.upload(&server, &Picture::jpeg(1)).await;
    let ids = vec![id; TIMES];
    let request = |method: Method, path: &str| server.request_as(owner, method, path);
    let before = (changes(&server).await, askings(&server).await);

    let album = made(
        &server,
        "/albums",
        &json!({"albumName": "one", "assetIds": ids}),
    )
    .await;
    let tag = made(&server, "/tags", &json!({"name": "one"})).await;
    let body = json!({"type": "INDIVIDUAL", "assetIds": ids});
    let link = made(&server, "/shared-links", &body).await;
    let news = json!({"title": "one", "userId": owner.id});
    let news = made(&server, "/admin/notifications", &news).await;

    for (method, path, body) in [
        (
            Method::PUT,
            "/assets".to_owned(),
            json!({"ids": ids, "rating": 3, "visibility": "archive"}),
        ),
        (
            Method::POST,
            "/assets/jobs".to_owned(),
            json!({"assetIds": ids, "name": "refresh-metadata"}),
        ),
        (
            Method::PUT,
            "/tags/assets".to_owned(),
            json!({"tagIds": [tag], "assetIds": ids}),
        ),
        (
            Method::PUT,
            "/albums/assets".to_owned(),
            json!({"albumIds": vec![album; TIMES], "assetIds": [id]}),
        ),
        (
            Method::PUT,
            "/notifications".to_owned(),
            json!({"ids": vec![news; TIMES], "readAt": null}),
        ),
        (
            Method::DELETE,
            "/notifications".to_owned(),
            json!({"ids": vec![news; TIMES]}),
        ),
    ] {
        send(request(method, &path), &body).await;
    }
    // Each entry has its answer all the same.
    let outcomes = |answers: &Value, name: &str| {
        let answers = answers.as_array().expect("a list");
        let errors = answers
            .iter()
            .map(|answer| answer[name].as_str().unwrap_or("done").to_owned());
        let errors: Vec<String> = errors.collect();
        assert_eq!(errors.len(), TIMES);
        assert!(errors[1..].iter().all(|error| *error == errors[1]));
        (errors[0].clone(), errors[1].clone())
    };
    for (path, name, removed, first) in [
        (
            format!("/tags/{tag}/assets"),
            "ids",
            "not_found",
            "duplicate",
        ),
        (
            format!("/albums/{album}/assets"),
            "ids",
            "not_found",
            "duplicate",
        ),
        (
            format!("/shared-links/{link}/assets"),
            "assetIds",
            "not_found",
            "duplicate",
        ),
    ] {
        for (method, expected) in [
            (Method::PUT, (first, first)),
            (Method::DELETE, ("done", removed)),
            (Method::PUT, ("done", first)),
        ] {
            let answers = send(request(method.clone(), &path), &json!({name: ids})).await;
            let (one, others) = outcomes(&answers, "error");
            assert_eq!((one.as_str(), others.as_str()), expected, "{method} {path}");
        }
    }
    send(request(Method::DELETE, "/assets"), &json!({"ids": ids})).await;
    assert!(
        changes(&server).await - before.0 < 200,
        "each was done once"
    );
    assert!(askings(&server).await < before.1 + 20);
    send(
        request(Method::DELETE, "/assets"),
        &json!({"ids": ids, "force": true}),
    )
    .await;
    assert!(changes(&server).await - before.0 < 300);
}

test_on_both! {
    async fn what_is_named_often_is_done_once(server: Server) {
        check(server).await;
    }
}
