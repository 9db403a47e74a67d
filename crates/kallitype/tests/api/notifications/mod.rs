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

use crate::support::{Answer, Engine, MailSink, Server, User};

/// A server whose mail goes to a sink.
async fn mailing(engine: Engine, sink: &MailSink) -> Server {
    Server::start_with(engine, |options| options.mailing_to(sink.port)).await
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
