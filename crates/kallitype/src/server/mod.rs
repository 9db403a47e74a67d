//! The server: its routes gathered, requests authenticated, its pages.

pub(crate) mod authentication;
pub(crate) mod clients;
pub(crate) mod compression;
pub(crate) mod docs;
mod link_preview;
pub(crate) mod metrics;
pub(crate) mod observation;
pub(crate) mod router;
pub(crate) mod web_app;
pub(crate) mod websocket;
