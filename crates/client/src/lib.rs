//! A typed client for the API, and the upload command built on it.
//!
//! [`Client`] speaks the 2.0 API of any server that does. [`upload`] walks folders and uploads what the
//! server does not have yet.

mod client;
mod error;
mod file;
mod secret;
mod types;
pub mod upload;

pub use client::{Client, tls};
pub use error::{Error, Result};
pub use file::UploadFile;
pub use secret::Secret;
pub use types::*;
