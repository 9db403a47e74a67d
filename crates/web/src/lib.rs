//! HTTP without knowledge of this server: reading and checking requests, errors, files, cookies, limits.
//!
//! Nothing here knows the application's state, its settings or its permissions. What an extractor needs of
//! them it takes by `FromRef` as [`limits::Limits`] and [`client::Proxies`].

pub mod addresses;
pub mod archive;
pub mod body;
pub mod budget;
pub mod bulk;
pub mod client;
pub mod connection;
mod connections;
pub mod cookies;
pub mod credential;
pub mod enumeration;
pub mod error;
pub mod fields;
pub mod file_readers;
pub mod files;
pub mod limits;
pub mod network;
pub mod openapi;
mod pace;
pub mod portions;
pub mod request;
pub mod request_id;
pub mod response;
pub mod server;
pub mod stream;
pub mod time;
pub mod version;
