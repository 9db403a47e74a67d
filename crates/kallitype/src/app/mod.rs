//! The running server: its state, its routes and who may call them, and the one way to write.

pub(crate) mod checkup;
pub(crate) mod commit;
pub(crate) mod entity_changes;
pub(crate) mod entity_parts;
pub(crate) mod entity_snapshots;
pub(crate) mod events;
pub(crate) mod file_deletions;
pub(crate) mod files;
pub(crate) mod guard;
pub(crate) mod journal;
pub(crate) mod live_config;
pub(crate) mod origin;
pub(crate) mod password;
pub(crate) mod probe;
pub(crate) mod readiness;
pub(crate) mod recent_log;
pub(crate) mod routes;
pub(crate) mod search_pages;
pub(crate) mod search_words;
pub(crate) mod state;
pub(crate) mod text_sizes;
