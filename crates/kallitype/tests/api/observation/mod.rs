//! What can be seen of a server from outside.

mod access_log;
mod compression;
mod metrics;
mod readiness;
mod request_ids;
