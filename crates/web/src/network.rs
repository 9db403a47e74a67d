//! Addresses and networks in CIDR notation.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// An address or a network in CIDR notation: `10.0.0.0/8`, `::1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The bits of an IPv6 address that say whose it is: one customer is given the network whole.
const CUSTOMER_BITS: u32 = 64;

/// What tells those apart that come from somewhere: the address, or of IPv6 the first one of its network.
#[must_use]
pub fn origin(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() >> CUSTOMER_BITS << CUSTOMER_BITS).into()
        }
        address => address,
    }
}

/// The bits of an IPv4-mapped IPv6 address that stand before the IPv4 address.
const MAPPED_PREFIX_BITS: u8 = 96;

impl Network {
    /// Whether an address belongs to the network; an IPv4-mapped IPv6 address counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => same_prefix(
                u128::from(u32::from(network)),
                u128::from(u32::from(address)),
                32 - u32::from(self.prefix),
            ),
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                same_prefix(network.into(), address.into(), 128 - u32::from(self.prefix))
            }
            _ => false,
        }
    }

    /// A network of IPv4-mapped IPv6 addresses is that IPv4 network.
    fn to_canonical(self) -> Option<Self> {
        let address = self.address.to_canonical();
        let mapped_bits = u8::from(address != self.address) * MAPPED_PREFIX_BITS;
        let prefix = self.prefix.checked_sub(mapped_bits)?;
        Some(Self { address, prefix })
    }
}

fn same_prefix(network: u128, address: u128, host_bits: u32) -> bool {
    (network ^ address).checked_shr(host_bits).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address
            .trim()
            .parse()
            .map_err(|_| format!("{text} is not an address"))?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix
            .map_or(Ok(longest), str::parse)
            .map_err(|_| format!("{text} is not a network"))?;
        if prefix > longest {
            return Err(format!("{text}: a prefix has at most {longest} bits"));
        }
        let network = Self { address, prefix };
        network
            .to_canonical()
            .ok_or_else(|| format!("{text} is not a network of IPv4 addresses"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        let network: Network = "10.1.0.0/16".parse().unwrap();
        assert!(network.contains("10.1.200.3".parse().unwrap()));
        assert!(network.contains("::ffff:10.1.0.1".parse().unwrap()));
        assert!(!network.contains("10.2.0.1".parse().unwrap()));
        let all: Network = "::/0".parse().unwrap();
        assert!(all.contains("2001:db8::1".parse().unwrap()));
        assert!("10.0.0.0/33".parse::<Network>().is_err());
    }

    #[test]
    fn networks_may_be_written_in_ipv6_clothes() {
        let network: Network = "::ffff:10.1.0.0/112".parse().unwrap();
        assert_eq!(network, "10.1.0.0/16".parse().unwrap());
        let one: Network = "::ffff:10.1.0.1".parse().unwrap();
        assert_eq!(one, "10.1.0.1".parse().unwrap());
        assert!("::ffff:10.1.0.0/64".parse::<Network>().is_err());
    }
}
