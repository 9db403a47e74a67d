//! A folder for each tag of the API: `mod.rs` has its routes, then a file for each operation.
//!
//! A feature imports no other feature. What two of them need stands in `core`.

pub(crate) mod activities;
pub(crate) mod albums;
pub(crate) mod api_keys;
pub(crate) mod assets;
pub(crate) mod auth;
pub(crate) mod download;
pub(crate) mod duplicates;
pub(crate) mod faces;
pub(crate) mod jobs;
pub(crate) mod libraries;
pub(crate) mod map;
pub(crate) mod memories;
pub(crate) mod notifications;
pub(crate) mod oauth;
pub(crate) mod partners;
pub(crate) mod people;
pub(crate) mod search;
pub(crate) mod server_info;
pub(crate) mod sessions;
pub(crate) mod shared_links;
pub(crate) mod stacks;
pub(crate) mod sync;
pub(crate) mod system_config;
pub(crate) mod system_metadata;
pub(crate) mod tags;
pub(crate) mod timeline;
pub(crate) mod trash;
pub(crate) mod upkeep;
pub(crate) mod users;
pub(crate) mod view;
