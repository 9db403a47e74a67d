//! The assets API of Immich 2 in Rust.
//!
//! [`Client`] has the 19 operations of the API as methods, named as the API names them: [`check_bulk_upload`] to
//! [`view_asset`]. It works with any server that speaks the API, Kallitype and Immich 2 among them. What servers of
//! different versions write differently, it reads all the same.
//!
//! ```no_run
//! use kallitype_client::{AssetMediaCreateDto, Client, Credential, FileData, Result};
//!
//! # async fn example() -> Result<()> {
//! let client = Client::discover("https://photos.example.org")
//!     .await?
//!     .with(Credential::ApiKey("the key".into()));
//! let file = FileData::open("holiday.jpg").await?;
//! let uploaded = client.upload_asset(AssetMediaCreateDto::new(file, "my-script")).await?;
//! client.download_asset(uploaded.id).await?.save("copy.jpg").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Who calls
//!
//! A [`Credential`] says who calls: an API key, a session by its token or as the cookie of a browser, or a shared link
//! by its key or its slug. [`Client::login`] begins a session.
//!
//! # Units
//!
//! Sizes and lengths of files are in bytes, dimensions of pictures in pixels, places in degrees. Moments are
//! [`jiff::Timestamp`]s, and durations [`std::time::Duration`]s. Checksums are SHA-1: the API answers them in base64,
//! and takes hexadecimal as well.
//!
//! # Errors
//!
//! Every call fails with an [`Error`]: [`Error::Refused`] has the server's status and its own words, and
//! [`Error::is_temporary`] says whether it is worth to try again.
//!
//! # Features
//!
//! None is on by default. `upload` adds the module `upload`, which uploads whole folders; `cli` lets its options be
//! arguments of a command line.
//!
//! [`check_bulk_upload`]: Client::check_bulk_upload
//! [`view_asset`]: Client::view_asset

mod assets;
mod client;
mod credential;
mod download;
mod error;
mod file_data;
mod secret;
mod server;
mod tls;
#[cfg(feature = "upload")]
pub mod upload;
mod wire;

pub use assets::*;
pub use client::Client;
pub use credential::Credential;
pub use download::Download;
pub use error::{Error, Result};
pub use file_data::FileData;
pub use reqwest::Method;
pub use secret::Secret;
pub use server::*;
pub use tls::tls;

/// Has the tests compile what the readme shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
