use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Answer, Credential, Picture, Server, User, assert_refused};

/// Every way in for a user to an operation: both kinds of session, a key with just the permission, a key with all.
pub async fn ways_in(server: &Server, user: &User, permission: &str) -> Vec<Credential> {
    vec![
        user.into(),
        user.cookie(),
        user.api_key(server, &[permission]).await,
        user.api_key(server, &["all"]).await,
    ]
}

/// An operation that only users may call: what it is refused without.
pub struct Door<'a> {
    pub method: Method,
    pub path: &'a str,
    pub body: Value,
    /// What an API key needs.
    pub permission: &'a str,
}

impl<'a> Door<'a> {
    pub fn new(method: Method, path: &'a str, permission: &'a str) -> Self {
        Self {
            method,
            path,
            body: json!({}),
            permission,
        }
    }

    pub fn body(self, body: Value) -> Self {
        Self { body, ..self }
    }

    pub fn request(&self, server: &Server, way: &Credential) -> RequestBuilder {
        let request = server.request_as(way, self.method.clone(), self.path);
        if self.method == Method::GET {
            request
        } else {
            request.json(&self.body)
        }
    }

    /// Goes in by every way that is open to the first user; answers what each of them got.
    pub async fn open(&self, server: &Server, status: u16) -> Vec<Answer> {
        let mut answers = Vec::new();
        for way in ways_in(server, &server.admin, self.permission).await {
            let answer = Answer::of(self.request(server, &way)).await;
            assert_eq!(answer.status, status, "{way:?} {answer:?}");
            answers.push(answer);
        }
        answers
    }

    /// Tries every way that has to be closed.
    pub async fn assert_closed(&self, server: &Server) {
        let owner = &server.admin;
        let picture = Picture::video(4711);
        let id = owner.upload(server, &picture).await;
        let everything = json!({"allowUpload": true, "allowDownload": true, "slug": "at-the-door"});
        let link = owner.share(server, &[id], everything).await;
        let key = link["key"].as_str().expect("a key").to_owned();
        let other = if self.permission == "tag.read" {
            "tag.update"
        } else {
            "tag.read"
        };
        let missing = format!("Missing required permission: {}", self.permission);
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (
                Credential::Bearer("wrong".into()),
                401,
                "Invalid user token",
            ),
            (
                Credential::Cookie("wrong".into()),
                401,
                "Invalid user token",
            ),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (
                Credential::LinkKey("wrong".into()),
                401,
                "Invalid share key",
            ),
            (
                Credential::LinkSlug("wrong".into()),
                401,
                "Invalid share slug",
            ),
            (owner.api_key(server, &[other]).await, 403, &missing),
            (Credential::LinkKey(key), 403, "Forbidden"),
            (Credential::LinkSlug("at-the-door".into()), 403, "Forbidden"),
        ] {
            assert_refused(self.request(server, &way), status, message).await;
        }
    }
}
