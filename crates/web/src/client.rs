//! Where a request really comes from, behind whatever proxies are trusted.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::HeaderMap;
use http::request::Parts;

use crate::network::{Network, origin};

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Which reverse proxies are believed, and how clients reach the server behind them.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    pub trusted: Arc<[Network]>,
    /// Whether the address that people reach the server under begins with `https`.
    pub is_public_address_secure: bool,
}

impl Proxies {
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    /// Whom a trusted proxy sends a request for; `None` for requests that come by themselves, or are the proxy's own.
    #[must_use]
    pub fn client_behind(&self, peer: Option<Peer>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer?.0.ip();
        if !self.trusts(peer) {
            return None;
        }
        let client = Client::of(peer, headers, self).address;
        (!self.trusts(client)).then_some(client)
    }
}

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
        match origin(self.address) {
            IpAddr::V4(address) => format!("address {address}"),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("network {a:x}:{b:x}:{c:x}:{d:x}")
            }
        }
    }

    /// The client of a request that came by a connection.
    #[must_use]
    pub fn behind(peer: Option<Peer>, headers: &HeaderMap, proxies: &Proxies) -> Self {
        let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Self::of(peer.map_or(unknown, |peer| peer.0.ip()), headers, proxies)
    }

    /// The client of a connection from `peer`, by what trusted proxies say in the headers.
    #[must_use]
    pub fn of(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> Self {
        let trusted = proxies.trusts(peer);
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
            address: last_untrusted(forwarded("x-forwarded-for"), peer, proxies),
            is_secure: by_tls || proxies.is_public_address_secure,
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
    proxies: &Proxies,
) -> IpAddr {
    let mut client = peer;
    for address in backwards {
        let Some(address) = parse_address(address) else {
            break;
        };
        client = address;
        if !proxies.trusts(address) {
            break;
        }
    }
    client
}

/// An address as proxies write it: some add the port, and put the address of IPv6 into brackets.
#[must_use]
pub fn parse_address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let with_port = || text.parse().map(|address: SocketAddr| address.ip());
    let address = bare.unwrap_or(text).parse().or_else(|_| with_port());
    address.ok()
}

impl<S: Send + Sync> FromRequestParts<S> for Client
where
    Proxies: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>().copied();
        let proxies = Proxies::from_ref(state);
        Ok(Self::behind(peer, &parts.headers, &proxies))
    }
}
