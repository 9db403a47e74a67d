//! The server: its routes gathered, requests authenticated, its pages.

pub(crate) mod authentication;
pub(crate) mod docs;
pub(crate) mod router;
