use std::collections::BTreeMap;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::provider::set_cookies;
use super::server::Options;
use super::{Answer, Credential, Engine, Provider, Server};

/// A server and a provider that people can sign in at.
pub struct World {
    pub server: Server,
    pub provider: Provider,
}

impl World {
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, |options| options).await
    }

    /// The same with some settings of the server's.
    pub async fn start_with(engine: Engine, settings: impl FnOnce(Options) -> Options) -> Self {
        Self::with(engine, Provider::start(&json!({})), settings).await
    }

    /// A server for a provider.
    pub async fn with(
        engine: Engine,
        provider: Provider,
        settings: impl FnOnce(Options) -> Options,
    ) -> Self {
        let server =
            Server::start_with(engine, |options| settings(provider.settings(options))).await;
        Self { server, provider }
    }

    /// Makes the provider know someone.
    pub async fn know(&self, who: &str, claims: Value) {
        self.provider.know(&self.server, who, claims).await;
    }

    /// Begins to sign in on the login page and visits the provider; answers both, and where the provider leads back to.
    pub async fn visit(&self, who: &str) -> (Begun, String) {
        let begun = Begun::on(&self.server, "/auth/login").await;
        let back = self.provider.visit(&self.server, &begun.url, who).await;
        (begun, back)
    }

    /// Signs in the whole way.
    pub async fn sign_in(&self, who: &str) -> Answer {
        let (begun, back) = self.visit(who).await;
        Answer::of(begun.finish(&self.server, &back)).await
    }

    /// Links an account the whole way.
    pub async fn link(&self, way: impl Into<Credential>, who: &str) -> Answer {
        let begun = Begun::on(&self.server, "/user-settings").await;
        let back = self.provider.visit(&self.server, &begun.url, who).await;
        Answer::of(begun.link(&self.server, way, &back)).await
    }
}

/// A sign-in that was begun, in a browser that keeps its cookies.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where to sign in.
    pub url: String,
    pub cookies: BTreeMap<String, String>,
}

impl Begun {
    /// Begins to sign in on a page of the server's.
    pub async fn on(server: &Server, page: &str) -> Self {
        let body = json!({"redirectUri": format!("{}{page}", server.address)});
        Self::with(server, &body).await
    }

    pub async fn with(server: &Server, body: &Value) -> Self {
        let request = server.post(Credential::None, "/oauth/authorize").json(body);
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        Self {
            url: answer.json["url"].as_str().expect("an address").to_owned(),
            cookies: set_cookies(&answer),
        }
    }

    /// The browser comes back to an address.
    pub fn finish(&self, server: &Server, url: &str) -> RequestBuilder {
        self.send(server.post(Credential::None, "/oauth/callback"), url)
    }

    /// Someone who is signed in comes back to an address to link their account.
    pub fn link(&self, server: &Server, way: impl Into<Credential>, url: &str) -> RequestBuilder {
        self.send(server.post(way, "/oauth/link"), url)
    }

    fn send(&self, request: RequestBuilder, url: &str) -> RequestBuilder {
        let cookies = self.cookies.iter();
        let line: Vec<String> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request
            .header("cookie", line.join("; "))
            .json(&json!({"url": url}))
    }
}
