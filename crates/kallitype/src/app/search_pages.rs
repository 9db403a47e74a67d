//! Where the pages of searches begin. Clients ask for pages by their numbers, and what is added meanwhile would move every
//! asset along; a server that remembers where it stopped goes on from there.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// How many beginnings are remembered: some hundred bytes each. Of those that are forgotten, the oldest are.
const KEPT: usize = 10_000;

/// What a page of a search is known by.
type Key = [u8; 32];

/// Where the page before ended: the moment when its last asset was taken, and its id.
type Begin = (i64, Uuid);

/// Where pages begin, for as long as the server runs.
#[derive(Debug, Default)]
pub(crate) struct SearchPages(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    begins: HashMap<Key, Begin>,
    /// Oldest first, each once.
    order: VecDeque<Key>,
}

impl SearchPages {
    pub(crate) fn find(&self, page: &Key) -> Option<Begin> {
        self.lock().begins.get(page).copied()
    }

    pub(crate) fn remember(&self, page: Key, begin: Begin) {
        let mut remembered = self.lock();
        if remembered.begins.insert(page, begin).is_some() {
            return;
        }
        remembered.order.push_back(page);
        if remembered.order.len() > KEPT
            && let Some(oldest) = remembered.order.pop_front()
        {
            remembered.begins.remove(&oldest);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Key {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&number.to_le_bytes());
        key
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let pages = SearchPages::default();
        for number in 0..=KEPT {
            pages.remember(key(number), (number as i64, Uuid::nil()));
        }
        pages.remember(key(5), (-1, Uuid::nil()));
        assert_eq!(pages.find(&key(0)), None);
        assert_eq!(pages.find(&key(1)), Some((1, Uuid::nil())));
        assert_eq!(pages.find(&key(5)), Some((-1, Uuid::nil())));
        assert_eq!(pages.lock().begins.len(), KEPT);
    }
}
