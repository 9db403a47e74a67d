//! What a client may send, and how long it may take.

use std::time::Duration;

use crate::budget::Sender;

/// The limits on connections, headers and bodies.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; for more, others make room, or they wait.
    pub max_connections: usize,
    /// Connections at once from one address.
    pub max_connections_per_address: usize,
    /// For how long a client may keep a request with a valid credential waiting while others need its connection.
    pub give_way: Duration,
    /// How long the headers of a request may take, and the next request.
    pub header_timeout: Duration,
    /// Bytes of a request's line and headers together.
    pub max_header_bytes: usize,
    /// Headers of a request.
    pub max_headers: usize,
    /// For how long a body is waited for, or as much of it as `min_bytes_per_second` makes of this time.
    pub body_timeout: Duration,
    /// The same for the client to take an answer.
    pub answer_timeout: Duration,
    /// What clients send of long bodies and take of long answers at least, on the average of the times above.
    pub min_bytes_per_second: u64,
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
