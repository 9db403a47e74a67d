use std::path::Path;
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::AsyncRead;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use crate::types::{CheckRequest, CheckResponse};
use crate::{
    CheckItem, Checked, Error, Login, MediaTypes, NewApiKey, Result, Secret, UploadFile, Uploaded,
    User, Version,
};

/// How long a connection may take to be made, and how often one that is silent is asked whether it still lives. A
/// whole request has no limit: a film over a slow line takes its time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
const KEEPALIVE: Duration = Duration::from_secs(30);

/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 256 << 10;

/// A connection to a server, with or without a credential.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    /// The API's address, without a slash at its end.
    base: String,
    credential: Option<Credential>,
}

#[derive(Debug, Clone)]
enum Credential {
    ApiKey(Secret),
    Token(Secret),
}

impl Client {
    /// A client for an API's address, such as `http://127.0.0.1:2283/api`.
    ///
    /// # Errors
    /// When no TLS can be had on this machine.
    pub fn new(api: &str) -> Result<Self> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_keepalive(KEEPALIVE)
            // A credential goes to the server it was given for, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("kallitype/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            http,
            base: api.trim_end_matches('/').to_owned(),
            credential: None,
        })
    }

    /// A client for a server whose bare address is known: the server says where its API is.
    ///
    /// # Errors
    /// When the address is none, or no server answers there.
    pub async fn discover(server: &str) -> Result<Self> {
        let server = server.trim_end_matches('/');
        if !server.starts_with("http://") && !server.starts_with("https://") {
            return Err(Error::Invalid(format!(
                "{server} is no address: it begins with http:// or https://"
            )));
        }
        if server.ends_with("/api") {
            return Self::new(server);
        }
        let root = Self::new(server)?;
        let asked = root.request(Method::GET, "/.well-known/immich");
        let found: Value = match root.send(asked).await {
            // Some servers answer every unknown address with a page.
            Ok(response) => response.json().await.unwrap_or_default(),
            Err(Error::Refused { .. }) => Value::Null,
            Err(error) => return Err(error),
        };
        let endpoint = found["api"]["endpoint"].as_str().unwrap_or("/api");
        if endpoint.starts_with("http") {
            Self::new(endpoint)
        } else {
            Self::new(&format!("{server}{endpoint}"))
        }
    }

    /// The same server, with an API key.
    #[must_use]
    pub fn with_api_key(mut self, key: &Secret) -> Self {
        self.credential = Some(Credential::ApiKey(key.clone()));
        self
    }

    /// The same server, with a session's token.
    #[must_use]
    pub fn with_token(mut self, token: &Secret) -> Self {
        self.credential = Some(Credential::Token(token.clone()));
        self
    }

    /// The API's address.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// # Errors
    /// As every call: [`Error::Refused`] with the server's own words, or [`Error::Connection`].
    pub async fn ping(&self) -> Result<()> {
        self.call::<Value>(Method::GET, "/server/ping", None::<&()>)
            .await
            .map(drop)
    }

    /// # Errors
    /// As every call.
    pub async fn version(&self) -> Result<Version> {
        self.call(Method::GET, "/server/version", None::<&()>).await
    }

    /// # Errors
    /// As every call.
    pub async fn media_types(&self) -> Result<MediaTypes> {
        self.call(Method::GET, "/server/media-types", None::<&()>)
            .await
    }

    /// Makes the first account.
    ///
    /// # Errors
    /// As every call.
    pub async fn sign_up(&self, email: &str, name: &str, password: &str) -> Result<User> {
        let body = json!({"email": email, "name": name, "password": password});
        self.call(Method::POST, "/auth/admin-sign-up", Some(&body))
            .await
    }

    /// # Errors
    /// As every call.
    pub async fn login(&self, email: &str, password: &str) -> Result<Login> {
        self.call(
            Method::POST,
            "/auth/login",
            Some(&json!({"email": email, "password": password})),
        )
        .await
    }

    /// # Errors
    /// As every call.
    pub async fn me(&self) -> Result<User> {
        self.call(Method::GET, "/users/me", None::<&()>).await
    }

    /// Makes an API key with these permissions.
    ///
    /// # Errors
    /// As every call.
    pub async fn create_api_key(&self, name: &str, permissions: &[&str]) -> Result<NewApiKey> {
        let body = json!({"name": name, "permissions": permissions});
        self.call(Method::POST, "/api-keys", Some(&body)).await
    }

    /// Asks which files the server has.
    ///
    /// # Errors
    /// As every call.
    pub async fn check_bulk_upload(&self, items: &[CheckItem]) -> Result<Vec<Checked>> {
        let body = CheckRequest { assets: items };
        let answer: CheckResponse = self
            .call(Method::POST, "/assets/bulk-upload-check", Some(&body))
            .await?;
        Ok(answer.results)
    }

    /// An asset, as JSON.
    ///
    /// # Errors
    /// As every call.
    pub async fn asset(&self, id: Uuid) -> Result<Value> {
        self.call(Method::GET, &format!("/assets/{id}"), None::<&()>)
            .await
    }

    /// An asset's original bytes.
    ///
    /// # Errors
    /// As every call.
    pub async fn original(&self, id: Uuid) -> Result<Vec<u8>> {
        let response = self
            .send(self.request(Method::GET, &format!("/assets/{id}/original")))
            .await?;
        Ok(response.bytes().await?.to_vec())
    }

    /// Uploads a file, streamed from the disk. `sent` is told how many bytes are on their way.
    ///
    /// # Errors
    /// As every call, and when a file cannot be read.
    pub async fn upload(
        &self,
        file: &UploadFile,
        sent: impl Fn(u64) + Send + Sync + Unpin + 'static,
    ) -> Result<Uploaded> {
        let mut form = Form::new()
            .text("deviceAssetId", file.device_asset_id.clone())
            .text("deviceId", file.device_id.clone())
            .text("fileCreatedAt", file.created_at.to_string())
            .text("fileModifiedAt", file.modified_at.to_string())
            .text("isFavorite", "false")
            .text("metadata", "[]");
        if let Some(sidecar) = &file.sidecar {
            form = form.part("sidecarData", part(sidecar, |_| {}).await?);
        }
        form = form.part("assetData", part(&file.path, sent).await?);
        let mut request = self.request(Method::POST, "/assets").multipart(form);
        if let Some(checksum) = &file.checksum {
            request = request.header("x-immich-checksum", checksum);
        }
        Ok(self.send(request).await?.json().await?)
    }

    /// Any call of the API, with JSON both ways.
    ///
    /// # Errors
    /// As every call.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        Ok(self.send(request).await?.json().await?)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.credential {
            Some(Credential::ApiKey(key)) => request.header("x-api-key", key.expose()),
            Some(Credential::Token(token)) => request.bearer_auth(token.expose()),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let response = request.send().await?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let body = response.text().await.unwrap_or_default();
        Err(Error::Refused {
            status,
            message: message(&body),
        })
    }
}

/// The server's own words: one sentence, or one for each broken rule.
fn message(body: &str) -> String {
    let parsed: Value = serde_json::from_str(body).unwrap_or_default();
    match &parsed["message"] {
        Value::String(sentence) => sentence.clone(),
        Value::Array(list) => list
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join("; "),
        _ => "the server gave no reason".into(),
    }
}

async fn part(path: &Path, sent: impl Fn(u64) + Send + Sync + Unpin + 'static) -> Result<Part> {
    let unreadable = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
    let length = file.metadata().await.map_err(unreadable)?.len();
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let stream = ReaderStream::with_capacity(Counted { file, sent }, CHUNK);
    Ok(Part::stream_with_length(reqwest::Body::wrap_stream(stream), length).file_name(name))
}

/// A file that tells how far it was read.
struct Counted<F> {
    file: tokio::fs::File,
    sent: F,
}

impl<F: Fn(u64) + Unpin> AsyncRead for Counted<F> {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let polled = std::pin::Pin::new(&mut self.file).poll_read(context, buffer);
        let read = buffer.filled().len() - before;
        if read > 0 {
            (self.sent)(read as u64);
        }
        polled
    }
}

/// TLS with the certificates that this machine trusts.
///
/// # Errors
/// When no TLS can be had on this machine.
pub fn tls() -> Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    // A certificate that cannot be read is not trusted; the others still are.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Invalid(format!("no TLS: {error}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
