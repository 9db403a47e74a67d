//! Requests to the provider, limited in time and size.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

/// Fetches what the provider answers. Where it would send a request elsewhere, we do not follow.
pub(crate) struct Fetcher {
    http: reqwest::Client,
    max_answer_bytes: usize,
}

/// Why a request to the provider failed.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
    #[error(transparent)]
    Answer(#[from] http::Error),
}

impl Fetcher {
    /// # Errors
    /// When no TLS can be had on this machine.
    pub(crate) fn new(
        timeout: Duration,
        max_answer_bytes: usize,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(kallitype_client::tls()?)
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("kallitype/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            http,
            max_answer_bytes,
        })
    }

    async fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let mut response = self.http.execute(request.try_into()?).await?;
        let mut answer = http::Response::builder().status(response.status());
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > self.max_answer_bytes {
                return Err(FetchError::TooLarge(self.max_answer_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(answer.body(body)?)
    }
}

impl<'a> AsyncHttpClient<'a> for Fetcher {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'a>>;

    fn call(&'a self, request: HttpRequest) -> Self::Future {
        Box::pin(self.fetch(request))
    }
}

/// Fetches, and remembers what the last answer said.
pub(crate) struct Listening<'f> {
    fetcher: &'f Fetcher,
    heard: Mutex<Vec<u8>>,
}

impl<'f> Listening<'f> {
    pub(crate) fn to(fetcher: &'f Fetcher) -> Self {
        Self {
            fetcher,
            heard: Mutex::default(),
        }
    }

    /// The body of the last answer.
    #[must_use]
    pub(crate) fn heard(&self) -> Vec<u8> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.clone()
    }

    async fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let answer = self.fetcher.fetch(request).await?;
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.clone_from(answer.body());
        drop(heard);
        Ok(answer)
    }
}

impl<'a> AsyncHttpClient<'a> for Listening<'_> {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'a>>;

    fn call(&'a self, request: HttpRequest) -> Self::Future {
        Box::pin(self.fetch(request))
    }
}
