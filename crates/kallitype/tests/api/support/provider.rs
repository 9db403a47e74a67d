use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use reqwest::header;
use reqwest::{Method, Url};
use serde_json::Value;

use super::server::{Options, Process};
use super::{Answer, Server};

/// Where `make test` installs what it is made of.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// What the provider and the server have agreed on.
pub const CLIENT_ID: &str = "photos";
pub const CLIENT_SECRET: &str = "a secret between the two";

/// A provider that speaks OpenID Connect: another program, which ends with the test.
pub struct Provider {
    /// Its address.
    pub issuer: String,
    process: Process,
}

impl Provider {
    /// Starts one; `provider.mjs` says what there is to be set.
    pub fn start(settings: &Value) -> Self {
        let folder = Path::new(FOLDER);
        let child = Command::new(folder.join("node_modules/node/bin/node"))
            .arg(folder.join("provider.mjs"))
            .arg(settings.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the clients are installed; `make test` does that");
        let mut process = Process(child);
        let stdout = process.0.stdout.take().expect("a pipe");
        let mut issuer = String::new();
        BufReader::new(stdout)
            .read_line(&mut issuer)
            .expect("the provider says where it answers");
        let issuer = issuer.trim().to_owned();
        assert!(issuer.starts_with("http://"), "the provider did not start");
        Self { issuer, process }
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.process.0.kill().expect("the provider was running");
        self.process.0.wait().expect("the provider has ended");
    }

    /// Settings with which a server lets people sign in here.
    pub fn settings(&self, options: Options) -> Options {
        options
            .with("oauth-issuer-url", &self.issuer)
            .with("oauth-client-id", CLIENT_ID)
            .with("oauth-client-secret", CLIENT_SECRET)
    }

    /// Makes the provider know someone.
    pub async fn know(&self, server: &Server, who: &str, claims: Value) {
        let address = format!("{}/people/{who}", self.issuer);
        let answer = Answer::of(server.http().put(address).json(&claims)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Does what a browser does when someone signs in at an address of the provider's; answers where the provider
    /// sends the browser in the end.
    pub async fn visit(&self, server: &Server, address: &str, who: &str) -> String {
        let mut next = format!("{address}&login_hint={who}");
        let mut cookies = BTreeMap::new();
        while next.starts_with(&self.issuer) {
            let jar: Vec<String> = cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let request = server.http().request(Method::GET, &next);
            let answer = Answer::of(request.header(header::COOKIE, jar.join("; "))).await;
            assert_eq!(answer.status, 303, "{next} {answer:?}");
            cookies.extend(set_cookies(&answer));
            let location = answer.header("location");
            let base = Url::parse(&next).expect("an address");
            next = match location.starts_with('/') {
                true => base.join(location).expect("an address").into(),
                false => location.to_owned(),
            };
        }
        next
    }
}

/// The cookies that an answer sets, by name; those that it takes back are empty.
pub fn set_cookies(answer: &Answer) -> BTreeMap<String, String> {
    let lines = answer.headers.get_all(header::SET_COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok()?.split(';').next()?.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
