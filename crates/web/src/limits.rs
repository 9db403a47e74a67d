//! What a client may send, and how long it may take.

use std::time::Duration;

use crate::budget::Sender;

/// The limits on connections, headers and bodies.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections answered at once; more wait.
    pub max_connections: usize,
    /// How long the headers of a request may take.
    pub header_timeout: Duration,
    /// Bytes of a request's line and headers together.
    pub max_header_bytes: usize,
    /// Headers of a request.
    pub max_headers: usize,
    /// How long a body may stand still.
    pub body_timeout: Duration,
    /// Bytes of a user's JSON body.
    pub max_json_bytes: usize,
    /// Bytes of a JSON body that comes by a shared link.
    pub max_link_json_bytes: usize,
    /// Bytes of a JSON body from whoever has no valid credential.
    pub max_anonymous_json_bytes: usize,
    /// Entries of a list in a request.
    pub max_list_items: usize,
}

impl Limits {
    /// Bytes of a JSON body.
    #[must_use]
    pub fn json_bytes(&self, sender: Option<Sender>) -> usize {
        match sender {
            Some(Sender::User) => self.max_json_bytes,
            Some(Sender::Visitor) => self.max_link_json_bytes,
            None => self.max_anonymous_json_bytes,
        }
    }
}
