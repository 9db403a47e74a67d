//! How much comes from each address at once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::network::origin;

/// What is there from each address; clones count together.
#[derive(Debug, Clone)]
pub struct Addresses {
    present: Arc<Mutex<HashMap<IpAddr, usize>>>,
    limit: usize,
}

impl Addresses {
    /// Counts up to a limit for each address.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            present: Arc::default(),
            limit,
        }
    }

    /// One more from an address, until what this answers is dropped; `None` when there are enough. All addresses of a
    /// network of IPv6 count as one.
    #[must_use]
    pub fn enter(&self, address: IpAddr) -> Option<Presence> {
        let origin = origin(address);
        let mut present = self.lock();
        let count = present.entry(origin).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(Presence {
            addresses: self.clone(),
            origin,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that is there from an address.
#[derive(Debug)]
pub struct Presence {
    addresses: Addresses,
    origin: IpAddr,
}

impl Drop for Presence {
    fn drop(&mut self) {
        if let Entry::Occupied(mut entry) = self.addresses.lock().entry(self.origin) {
            *entry.get_mut() -= 1;
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_of_ipv6_count_as_one() {
        let addresses = Addresses::new(2);
        let enter = |address: &str| addresses.enter(address.parse().unwrap());
        let first = enter("2001:db8:1:2::1").unwrap();
        let second = enter("2001:db8:1:2:ffff::1").unwrap();
        assert!(enter("2001:db8:1:2::3").is_none());
        let elsewhere = enter("2001:db8:1:3::1").unwrap();
        drop(first);
        let again = enter("2001:db8:1:2::3").unwrap();
        drop((second, elsewhere, again));
        assert!(addresses.lock().is_empty());
    }

    #[test]
    fn an_address_in_ipv6_clothes_is_the_same() {
        let addresses = Addresses::new(1);
        let _first = addresses.enter("192.0.2.1".parse().unwrap()).unwrap();
        assert!(
            addresses
                .enter("::ffff:192.0.2.1".parse().unwrap())
                .is_none()
        );
        assert!(addresses.enter("192.0.2.2".parse().unwrap()).is_some());
    }
}
