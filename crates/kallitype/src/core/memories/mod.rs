//! Memories: some pictures that belong to a day.

pub(crate) mod memory;
pub(crate) mod on_this_day;
pub(crate) mod queries;

/// Assets that one memory holds at most: the journal writes them with each of its changes.
pub(crate) const MAX_ASSETS: usize = 1000;
