use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Answer, Picture, Server};

/// What parts a multipart body. Nothing that is sent contains it.
const BOUNDARY: &str = "a-boundary-of-the-tests";

/// A request, to the last byte of its body.
#[derive(Clone)]
pub struct Call {
    pub operation: &'static str,
    pub method: Method,
    /// After `/api`.
    pub path: String,
    /// The session's token; none for what is done by a link.
    pub token: Option<String>,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = &self.body[..self.body.len().min(1000)];
        let (
            Self {
                operation,
                method,
                path,
                ..
            },
            body,
        ) = (self, String::from_utf8_lossy(body));
        write!(formatter, "{operation}: {method} {path} {body}")
    }
}

impl Call {
    pub fn new(method: Method, path: String) -> Self {
        Self {
            operation: "",
            method,
            path,
            token: None,
            content_type: String::new(),
            body: Vec::new(),
        }
    }

    pub fn json(method: Method, path: String, body: &Value) -> Self {
        Self {
            content_type: "application/json".into(),
            body: body.to_string().into_bytes(),
            ..Self::new(method, path)
        }
    }

    /// A form with a picture's fields, and files: a part's name, the file's name, and its bytes.
    pub fn form(
        method: Method,
        path: String,
        fields: &[(String, String)],
        files: &[(&str, &str, &[u8])],
    ) -> Self {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        for (name, file, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        Self {
            content_type: format!("multipart/form-data; boundary={BOUNDARY}"),
            body,
            ..Self::new(method, path)
        }
    }

    /// A picture with what is said about it, and perhaps a sidecar.
    pub fn picture(
        method: Method,
        path: String,
        picture: &Picture,
        sidecar: Option<&[u8]>,
    ) -> Self {
        let mut files = vec![("assetData", &*picture.name, &*picture.bytes)];
        files.extend(sidecar.map(|bytes| ("sidecarData", "sidecar.xmp", bytes)));
        Self::form(method, path, &picture.all_fields(), &files)
    }

    /// Sends it and waits for the answer.
    pub async fn send(&self, server: &Server) -> Answer {
        let url = format!("{}/api{}", server.address, self.path);
        let mut request = server.http().request(self.method.clone(), url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if !self.content_type.is_empty() {
            request = request.header("content-type", &self.content_type);
        }
        Answer::of(request.body(self.body.clone())).await
    }

    /// Sends all of it, and hangs up after a while without having read the answer.
    pub async fn hang_up(&self, server: &Server, after: Duration) {
        let host = server.address.trim_start_matches("http://");
        let mut connection = TcpStream::connect(host).await.expect("the server listens");
        let mut bytes = self.head(host).into_bytes();
        bytes.extend_from_slice(&self.body);
        // A refusal may come before the whole body was sent.
        drop(connection.write_all(&bytes).await);
        tokio::time::sleep(after).await;
    }

    fn head(&self, host: &str) -> String {
        let mut head = format!(
            "{} /api{} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n",
            self.method,
            self.path,
            self.body.len()
        );
        if !self.content_type.is_empty() {
            head += &format!("Content-Type: {}\r\n", self.content_type);
        }
        if let Some(token) = &self.token {
            head += &format!("Authorization: Bearer {token}\r\n");
        }
        head + "\r\n"
    }
}
