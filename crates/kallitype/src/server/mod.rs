//! The server: its routes gathered, requests authenticated, its pages.

pub(crate) mod authentication;
pub(crate) mod compression;
pub(crate) mod docs;
pub(crate) mod metrics;
pub(crate) mod observation;
pub(crate) mod router;
