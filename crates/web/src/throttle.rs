//! Slows down whoever guesses passwords. Only wrong ones count, so people who know theirs never notice.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{ApiError, Result};

/// How many addresses and accounts are remembered; the oldest are forgotten first.
const REMEMBERED: usize = 10_000;

/// Counts wrong passwords by address and by account.
pub struct Throttle {
    allowed: u32,
    window: Duration,
    failures: Mutex<HashMap<String, Failures>>,
}

struct Failures {
    count: u32,
    since: Instant,
}

impl Throttle {
    #[must_use]
    pub fn new(allowed: u32, window: Duration) -> Self {
        Self {
            allowed,
            window,
            failures: Mutex::new(HashMap::new()),
        }
    }

    /// Refuses when one of the keys has failed too often.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn check(&self, keys: &[String]) -> Result<()> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let blocked = |key: &String| {
            let failures = failures
                .get(key)
                .filter(|failures| failures.count >= self.allowed)?;
            self.window.checked_sub(failures.since.elapsed())
        };
        match keys.iter().filter_map(blocked).max() {
            Some(left) => Err(ApiError::too_many_requests(
                "Too many wrong passwords, try again later",
                left.as_secs() + 1,
            )),
            None => Ok(()),
        }
    }

    /// Counts a wrong password for each of the keys.
    pub fn failed(&self, keys: &[String]) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED {
            failures.retain(|_, failures| failures.since.elapsed() < self.window);
        }
        if failures.len() >= REMEMBERED {
            let oldest = failures
                .iter()
                .min_by_key(|(_, failures)| failures.since)
                .map(|(key, _)| key.clone());
            oldest.and_then(|key| failures.remove(&key));
        }
        for key in keys {
            let entry = failures.entry(key.clone()).or_insert(Failures {
                count: 0,
                since: Instant::now(),
            });
            if entry.since.elapsed() >= self.window {
                *entry = Failures {
                    count: 0,
                    since: Instant::now(),
                };
            }
            entry.count += 1;
        }
    }
}
