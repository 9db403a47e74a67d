//! The API from outside: a real server process, over HTTP, on SQLite and on PostgreSQL.
//!
//! `make test` starts a throwaway PostgreSQL and says in `KALLITYPE_TEST_POSTGRES` where it is. The folders
//! mirror those of the server: one file an operation.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(
    unreachable_pub,
    reason = "a program of tests shows nothing to others; in its modules, `pub` is what the others may use"
)]

mod access;
mod activities;
mod albums;
mod api_keys;
mod assets;
mod auth;
mod clients;
mod download;
mod duplicates;
mod faces;
mod http;
mod jobs;
mod learning;
mod libraries;
mod library;
mod map;
mod memories;
mod notifications;
mod oauth;
mod observation;
mod openapi;
mod partners;
mod people;
mod routes;
mod search;
mod server;
mod servers;
mod sessions;
mod shared_links;
mod stacks;
mod storage_template;
mod support;
mod sync;
mod system_config;
mod system_metadata;
mod tags;
mod timeline;
mod trash;
mod upkeep;
mod users;
mod view;
mod web_app;
mod websocket;
