//! Kallitype: a photo and video library server that speaks Immich's HTTP API.
//!
//! Data goes one way: `http` routes to an operation in a feature's folder, which asks `access` what the
//! caller may do and then uses queries (`db`), `storage` and `jobs`. Nothing calls back up.

pub mod access;
pub mod activities;
pub mod albums;
pub mod api_keys;
pub mod assets;
pub mod auth;
pub mod commands;
pub mod config;
pub mod db;
pub mod docs;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
pub mod http;
pub mod ingest;
pub mod jobs;
pub mod library;
pub mod mail;
pub mod notifications;
pub mod oauth;
pub mod partners;
pub mod places;
pub mod server;
pub mod sessions;
pub mod shared_links;
pub mod storage;
pub mod tags;
pub mod users;
