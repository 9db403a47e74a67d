//! Kallitype: a photo and video library server that speaks Immich's HTTP API.
//!
//! The modules are floors: each may use those that stand below it, never one above. From the top:
//! `commands`, `server`, `features`, `jobs`, `ingest` and `integrity`, `core`, `app`, then `mail`, `oidc`,
//! `learning` and `access`, `queue`, then `config` and `places`. `tests/layers.rs` holds them to it; CONTRIBUTING draws them.

pub(crate) mod access;
pub(crate) mod app;
pub mod commands;
pub mod config;
pub(crate) mod core;
pub(crate) mod features;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
pub(crate) mod ingest;
pub(crate) mod integrity;
pub(crate) mod jobs;
pub(crate) mod learning;
pub(crate) mod mail;
pub(crate) mod oidc;
pub(crate) mod places;
pub(crate) mod queue;
pub(crate) mod server;
#[cfg(test)]
pub(crate) mod test_database;

pub use app::routes::{Route, Who};
pub use server::router::route_table;
