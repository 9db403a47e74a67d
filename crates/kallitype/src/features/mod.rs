//! A folder for each tag of the API: `mod.rs` has its routes, then a file for each operation.
//!
//! A feature imports no other feature. What two of them need stands in `core`.

pub(crate) mod activities;
pub(crate) mod albums;
pub(crate) mod api_keys;
pub(crate) mod assets;
pub(crate) mod auth;
pub(crate) mod jobs;
pub(crate) mod notifications;
pub(crate) mod oauth;
pub(crate) mod partners;
pub(crate) mod server_info;
pub(crate) mod sessions;
pub(crate) mod shared_links;
pub(crate) mod tags;
pub(crate) mod users;
