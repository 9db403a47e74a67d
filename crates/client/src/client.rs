use std::time::Duration;

use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Credential, Download, Error, Result, tls};

/// How long a connection may take to be made, and how often one that is silent is asked whether it still lives. A
/// whole request has no limit: a film over a slow line takes its time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
const KEEPALIVE: Duration = Duration::from_secs(30);

/// A server, and who calls it. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    /// The API's address.
    base: Url,
    credential: Credential,
}

impl Client {
    /// A client for an API's address, such as `http://127.0.0.1:2283/api`, which calls as anyone.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the address is none, or when no TLS can be had on this machine.
    pub fn new(api: &str) -> Result<Self> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_keepalive(KEEPALIVE)
            // A credential goes to the server it was given for, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("kallitype/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let base = Url::parse(api).ok().filter(is_web);
        let base = base.ok_or_else(|| {
            Error::Invalid(format!(
                "{api} is no address: it begins with http:// or https://"
            ))
        })?;
        Ok(Self {
            http,
            base,
            credential: Credential::None,
        })
    }

    /// A client for a server whose bare address is known, such as `https://photos.example.org`: the server says where
    /// its API is.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the address is none, [`Error::Connection`] when no server answers there.
    pub async fn discover(server: &str) -> Result<Self> {
        let server = server.trim_end_matches('/');
        let root = Self::new(server)?;
        if server.ends_with("/api") {
            return Ok(root);
        }
        let asked = root.request(Method::GET, &[".well-known", "immich"])?;
        let found: Value = match send(asked).await {
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

    /// The same server, called by someone else.
    #[must_use]
    pub fn with(mut self, credential: Credential) -> Self {
        self.credential = credential;
        self
    }

    /// The API's address.
    #[must_use]
    pub fn base(&self) -> &str {
        self.base.as_str()
    }

    /// Any call of the API, for what has no method here. The path begins after the API's address: `["albums"]`.
    ///
    /// # Errors
    /// As every call.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&impl Serialize>,
    ) -> Result<T> {
        let mut request = self.request(method, path)?;
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request).await
    }

    /// Reads something.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &impl Serialize,
    ) -> Result<T> {
        answer(self.request(Method::GET, path)?.query(query)).await
    }

    /// Sends something that is answered with nothing.
    pub(crate) async fn command(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&impl Serialize>,
    ) -> Result<()> {
        let mut request = self.request(method, path)?;
        if let Some(body) = body {
            request = request.json(body);
        }
        send(request).await.map(drop)
    }

    /// Sends a form.
    pub(crate) async fn submit<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        headers: impl FnOnce(RequestBuilder) -> RequestBuilder,
        form: Form,
    ) -> Result<T> {
        answer(headers(self.request(method, path)?).multipart(form)).await
    }

    /// Begins to read a file.
    pub(crate) async fn download(&self, path: &[&str], query: &impl Serialize) -> Result<Download> {
        let request = self.request(Method::GET, path)?.query(query);
        Ok(Download::new(send(request).await?))
    }

    fn request(&self, method: Method, path: &[&str]) -> Result<RequestBuilder> {
        // An address drops these, and would then be another one.
        if let Some(lost) = path.iter().find(|part| matches!(**part, "" | "." | "..")) {
            return Err(Error::Invalid(format!("{lost:?} cannot be in a path")));
        }
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        Ok(self.credential.apply(self.http.request(method, url)))
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T> {
    Ok(send(request).await?.json().await?)
}

async fn send(request: RequestBuilder) -> Result<Response> {
    let response = request.send().await?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status().as_u16();
    Err(Error::refused(
        status,
        &response.text().await.unwrap_or_default(),
    ))
}
