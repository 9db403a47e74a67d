//! Signing in at a provider.

mod finish_oauth;
mod link_oauth_account;
mod redirect_oauth_to_mobile;
mod start_oauth;
mod unlink_oauth_account;

use reqwest::{RequestBuilder, Url};
use serde_json::Value;

use crate::support::{Answer, Credential, Server};

const REFUSED: &str = "OAuth authentication failed";

/// What opens the phone apps.
const MOBILE: &str = "app.immich:///oauth-callback";

fn start(server: &Server, body: &Value) -> RequestBuilder {
    server.post(Credential::None, "/oauth/authorize").json(body)
}

/// An address with another value in its query.
fn with_query(url: &str, name: &str, value: &str) -> String {
    let mut changed = Url::parse(url).expect("an address");
    let pairs: Vec<(String, String)> = changed.query_pairs().into_owned().collect();
    assert!(pairs.iter().any(|(key, _)| key == name), "{url} has {name}");
    changed.query_pairs_mut().clear().extend_pairs(
        pairs
            .iter()
            .map(|(key, old)| (key, if key == name { value } else { old })),
    );
    changed.into()
}

fn queried(url: &str, name: &str) -> String {
    let url = Url::parse(url).expect("an address");
    let found = url.query_pairs().find(|(key, _)| key == name);
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// What a user sees of their own account, signed in as an answer says.
async fn account(server: &Server, signed_in: &Answer) -> Value {
    assert_eq!(signed_in.status, 201, "{signed_in:?}");
    let token = signed_in.json["accessToken"].as_str().expect("a token");
    let answer = Answer::of(server.get(Credential::Bearer(token.into()), "/users/me")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}
