//! What users are told, in the app and by mail.

mod albums;
mod create_notification;
mod delete_notifications;
mod get_notification_template;
mod get_notifications;
mod mail;
mod news;
mod send_test_email;
mod update_notifications;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Engine, MailSink, Picture, Server, User};

/// A server whose mail goes to a sink.
async fn mailing(engine: Engine, sink: &MailSink) -> Server {
    Server::start_with(engine, |options| options.mailing_to(sink.port)).await
}

/// Someone who does something with albums, and the name that others see.
pub async fn zoe(server: &Server) -> User {
    let zoe = User::another(server, "zoe@example.org").await;
    rename(server, &zoe, "Zoë").await;
    zoe
}

async fn rename(server: &Server, user: &User, name: &str) {
    let request = server.put(user, "/users/me").json(&json!({"name": name}));
    assert_eq!(Answer::of(request).await.status, 200);
}

/// Makes an album of this name and lets someone else in; answers it.
pub async fn invite(server: &Server, from: &User, to: &User, name: &str) -> Value {
    let people = json!([{"userId": to.id, "role": "editor"}]);
    let settings = json!({"albumName": name, "albumUsers": people});
    from.album(server, &[], settings).await
}

/// Adds a new picture to an album; `number` tells pictures apart.
async fn add(server: &Server, user: &User, album: &Value, number: u8) {
    let id = user.upload(server, &Picture::jpeg(number.into())).await;
    let path = format!("{}/assets", path_of(album));
    let request = server.put(user, &path).json(&json!({"ids": [id]}));
    let answer = Answer::of(request).await;
    assert_eq!(
        (answer.status, &answer.json[0]["success"]),
        (200, &json!(true)),
        "{answer:?}"
    );
}

fn path_of(album: &Value) -> String {
    format!("/albums/{}", album["id"].as_str().expect("an id"))
}

fn descriptions(told: &[Value]) -> Vec<&str> {
    told.iter()
        .filter_map(|told| told["description"].as_str())
        .collect()
}

/// Tells a user something as the administrator; answers the notification.
async fn tell(server: &Server, user: &User, changes: Value) -> Value {
    let mut body = json!({"userId": user.id, "title": "Something"});
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let request = server.post(&server.admin, "/admin/notifications");
    let answer = Answer::of(request.json(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json
}

/// What a user is told.
async fn list(server: &Server, user: &User, query: &str) -> Vec<Value> {
    let answer = Answer::of(server.get(user, &format!("/notifications{query}"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json.as_array().expect("a list").clone()
}

fn id_of(notification: &Value) -> Uuid {
    let id = notification["id"].as_str().expect("an id");
    id.parse().expect("a UUID")
}

fn titles(notifications: &[Value]) -> Vec<&str> {
    notifications
        .iter()
        .map(|notification| notification["title"].as_str().expect("a title"))
        .collect()
}
