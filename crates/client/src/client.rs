use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use reqwest::header::{HeaderValue, LOCATION};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use crate::{Error, Result, tls};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// How long nothing may move before a request is given up.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often a request may be sent on to another place on the same server.
const REDIRECTS: usize = 5;

/// Where an API is, unless its server says otherwise.
const USUAL_ENDPOINT: &str = "/api";

/// A connection to a server, with or without a credential.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    /// The API's address, without a slash at its end.
    base: String,
    credential: Option<(&'static str, HeaderValue)>,
}

impl Client {
    /// A client for an API's address, such as `http://127.0.0.1:2283/api`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the address is none, or no TLS can be had on this machine.
    pub fn new(api: &str) -> Result<Self> {
        let base = address(api)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::configuration()?)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::custom(follow))
            .user_agent(concat!("kallitype/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            http,
            base,
            credential: None,
        })
    }

    /// A client for a server whose bare address is known: the server says where its API is. An address
    /// that ends in `/api` is taken as the API's.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the address is none, [`Error::Connection`] when no server answers there.
    pub async fn discover(server: &str) -> Result<Self> {
        let client = Self::new(server)?;
        if client.base.ends_with(USUAL_ENDPOINT) {
            return Ok(client);
        }
        let endpoint = client.endpoint().await?;
        let base = if endpoint.contains("://") {
            address(&endpoint)?
        } else {
            let path = endpoint.trim_matches('/');
            address(&format!("{}/{path}", client.base))?
        };
        Ok(Self { base, ..client })
    }

    /// Where the server says its API is.
    async fn endpoint(&self) -> Result<String> {
        let said: Result<Value> = self.get("/.well-known/immich").await;
        match said {
            Ok(said) => Ok(said["api"]["endpoint"]
                .as_str()
                .unwrap_or(USUAL_ENDPOINT)
                .to_owned()),
            Err(Error::Refused { .. } | Error::Answer(_)) => Ok(USUAL_ENDPOINT.into()),
            Err(error) => Err(error),
        }
    }

    /// The same server, with an API key.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it holds what no header can.
    pub fn with_api_key(self, key: &str) -> Result<Self> {
        self.with_credential("x-api-key", key.trim())
    }

    /// The same server, with a session's token.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it holds what no header can.
    pub fn with_token(self, token: &str) -> Result<Self> {
        self.with_credential("authorization", &format!("Bearer {}", token.trim()))
    }

    fn with_credential(mut self, header: &'static str, value: &str) -> Result<Self> {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| Error::Invalid("the key or token holds a character none has".into()))?;
        value.set_sensitive(true);
        self.credential = Some((header, value));
        Ok(self)
    }

    /// The API's address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Any call of the API, with JSON both ways; `path` begins with a slash.
    ///
    /// # Errors
    /// [`Error::Refused`] with the server's own words, [`Error::Connection`] when it cannot be reached,
    /// [`Error::Answer`] when what it says is something else.
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
        read_json(send(request).await?).await
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call(Method::GET, path, None::<&()>).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.credential {
            Some((header, value)) => request.header(*header, value),
            None => request,
        }
    }
}

/// An address without a slash at its end.
fn address(text: &str) -> Result<String> {
    let text = text.trim().trim_end_matches('/');
    let is_address = Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if is_address {
        return Ok(text.to_owned());
    }
    Err(Error::Invalid(format!(
        "{text} is no address: one looks like http://127.0.0.1:2283"
    )))
}

/// A credential goes to no other server than the one it was given for.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let before = attempt.previous();
    let stays = before
        .last()
        .is_some_and(|last| last.origin() == attempt.url().origin());
    if stays && before.len() <= REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

/// The answer to a request, if it is not a refusal.
pub(crate) async fn send(request: RequestBuilder) -> Result<Response> {
    send_watched(request, || 0).await
}

/// The same for a request with a long body, of which `moved` bytes have left.
pub(crate) async fn send_watched(
    request: RequestBuilder,
    moved: impl Fn() -> u64,
) -> Result<Response> {
    let mut answer = pin!(request.send());
    let mut before = moved();
    loop {
        match timeout(PATIENCE, &mut answer).await {
            Ok(answer) => return accepted(answer?).await,
            Err(_) if moved() == before => return Err(silence()),
            Err(_) => before = moved(),
        }
    }
}

async fn accepted(response: Response) -> Result<Response> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let elsewhere = response
        .headers()
        .get(LOCATION)
        .filter(|_| status.is_redirection())
        .map(|place| format!("it is at {}", String::from_utf8_lossy(place.as_bytes())));
    let messages = match elsewhere {
        Some(sentence) => vec![sentence],
        None => messages(&read(response).await.unwrap_or_default()),
    };
    Err(Error::Refused {
        status: status.as_u16(),
        messages,
    })
}

/// The server's own words.
fn messages(body: &[u8]) -> Vec<String> {
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    match &parsed["message"] {
        Value::String(sentence) => vec![sentence.clone()],
        Value::Array(list) => list
            .iter()
            .filter_map(|sentence| sentence.as_str().map(str::to_owned))
            .collect(),
        _ => vec!["the server gave no reason".into()],
    }
}

pub(crate) async fn read_json<T: DeserializeOwned>(response: Response) -> Result<T> {
    serde_json::from_slice(&read(response).await?).map_err(|error| Error::Answer(error.to_string()))
}

/// An answer's body.
pub(crate) async fn read(response: Response) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    copy(response, &mut body).await?;
    Ok(body)
}

/// Writes an answer's body as it comes, and counts its bytes.
pub(crate) async fn copy(
    mut response: Response,
    into: &mut (impl AsyncWrite + Unpin),
) -> Result<u64> {
    let mut length = 0;
    while let Some(chunk) = patiently(response.chunk()).await?? {
        into.write_all(&chunk).await.map_err(Error::Write)?;
        length += chunk.len() as u64;
    }
    into.flush().await.map_err(Error::Write)?;
    Ok(length)
}

async fn patiently<T>(work: impl Future<Output = T>) -> Result<T> {
    timeout(PATIENCE, work).await.map_err(|_| silence())
}

fn silence() -> Error {
    Error::Connection(format!("nothing moved for {} seconds", PATIENCE.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_one_message_or_several() {
        assert_eq!(messages(br#"{"message": "no"}"#), ["no"]);
        assert_eq!(
            messages(br#"{"message": ["no", "never"]}"#),
            ["no", "never"]
        );
        assert_eq!(messages(b"<html>"), ["the server gave no reason"]);
    }

    #[test]
    fn debugging_tells_no_key() {
        let client = Client::new("http://localhost/api/").unwrap();
        assert_eq!(client.base(), "http://localhost/api");
        let client = client.with_api_key("secret\n").unwrap();
        assert!(!format!("{client:?}").contains("secret"));
    }

    #[test]
    fn addresses_have_a_scheme_and_a_host() {
        assert!(address("https://photos.example.org/").is_ok());
        for text in ["localhost:2283", "ftp://example.org", "", "http://"] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
