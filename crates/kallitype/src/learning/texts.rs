//! The vectors of the last texts that were searched for: whoever pages on, or types the same again, asks no service.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::vector::Vector;

/// How many texts are remembered.
const KEPT: usize = 100;

/// How a text was asked about, the text, and its vector.
type Known = (String, String, Arc<Vector>);

/// Oldest first.
#[derive(Default)]
pub(super) struct Texts(Mutex<VecDeque<Known>>);

impl Texts {
    pub(super) fn find(&self, entries: &str, text: &str) -> Option<Arc<Vector>> {
        let known = self.lock();
        let found = known
            .iter()
            .find(|(asked, said, _)| asked == entries && said == text);
        found.map(|(_, _, vector)| vector.clone())
    }

    pub(super) fn remember(&self, entries: String, text: &str, vector: &Arc<Vector>) {
        let mut known = self.lock();
        if known.len() == KEPT {
            known.pop_front();
        }
        known.push_back((entries, text.to_owned(), vector.clone()));
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
