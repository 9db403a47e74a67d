//! Where a request really comes from, behind whatever proxies are trusted.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::state::App;
use crate::config::Settings;

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The client behind a request.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    pub address: IpAddr,
    /// Whether the client speaks TLS, to this server's proxy or by the address it is configured to have.
    pub is_secure: bool,
}

impl Client {
    /// What wrong passwords from here are counted by: the address, or of IPv6 the network of 64 bits that
    /// one customer is given whole.
    #[must_use]
    pub fn origin(&self) -> String {
        match self.address.to_canonical() {
            IpAddr::V4(address) => format!("address {address}"),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("network {a:x}:{b:x}:{c:x}:{d:x}")
            }
        }
    }

    pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, settings: &Settings) -> Self {
        let trusted = settings.trusts(peer);
        let forwarded = |name: &'static str| {
            let values = if trusted {
                values(headers, name)
            } else {
                Vec::new()
            };
            values.into_iter().rev()
        };
        let by_tls = forwarded("x-forwarded-proto").next() == Some("https");
        Self {
            address: last_untrusted(forwarded("x-forwarded-for"), peer, settings),
            is_secure: by_tls || settings.external_url.starts_with("https://"),
        }
    }
}

/// What every proxy has added, in order: to the line it found, or as a further line.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let lines = headers.get_all(name).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .collect()
}

/// The last address that no trusted proxy vouches for further: what stands before it, anyone may have written.
fn last_untrusted<'a>(
    backwards: impl Iterator<Item = &'a str>,
    peer: IpAddr,
    settings: &Settings,
) -> IpAddr {
    let mut client = peer;
    for address in backwards {
        let Ok(address) = address.parse() else {
            break;
        };
        client = address;
        if !settings.trusts(address) {
            break;
        }
    }
    client
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let peer = parts
            .extensions
            .get::<Peer>()
            .map_or(unknown, |peer| peer.0.ip());
        Ok(Self::of(peer, &parts.headers, &app.settings))
    }
}
